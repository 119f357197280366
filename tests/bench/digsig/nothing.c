// SPDX-License-Identifier: GPL-2.0-only
/*
 * The programs that are executed: they do nothing. With SIZE and FILE there are
 * as many bytes of a file in them, and with ALONE no C library.
 */
#define STRING(x)	STRING_(x)
#define STRING_(x)	#x

#ifdef SIZE
__asm__(".section .rodata\n"
	".incbin \"" FILE "\", 0, " STRING(SIZE) "\n"
	".previous\n");
#endif

#ifdef ALONE
void _start(void)
{
	__asm__ volatile("xor %%edi, %%edi; mov $60, %%eax; syscall" : : : "memory");
}
#else
int main(void)
{
	return 0;
}
#endif
