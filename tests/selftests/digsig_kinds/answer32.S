/* SPDX-License-Identifier: GPL-2.0 */
/* A program of 32 bits that ends with the status 42. */
	.text
	.globl	_start
_start:
	movl	$1, %eax		/* exit */
	movl	$42, %ebx
	int	$0x80

	.section .rodata
	.ascii	"the answer is 42\n"
	.section .note.GNU-stack, "", @progbits
