// SPDX-License-Identifier: GPL-2.0
/*
 * Files out of any bytes, against the model: taken as they are, or written over
 * a signed file. With libFuzzer (`make fuzz`) it is that which makes them up; or
 * else they are random.
 */
#include "elf_image.h"
#include "elf_model.h"

#define MUST(cond)							\
do {									\
	if (!(cond)) {							\
		printf("# %s:%d: %s\n", __FILE__, __LINE__, #cond);	\
		abort();						\
	}								\
} while (0)

static struct image image;

/* Pieces of the input, each with a length and where it goes to. */
static void write_over(const u8 *data, size_t size)
{
	u64 at;
	u8 len;

	while (size > 3) {
		at = (data[0] | data[1] << 8) % image.size;
		len = data[2] % 16;
		data += 3;
		size -= 3;
		if (len > size)
			len = size;
		memcpy(image.data + at, data, len);
		data += len;
		size -= len;
	}
}

static void parse_record(const struct digsig_note *note)
{
	struct digsig_record record;
	u8 *exact = malloc(note->size);
	int err;

	memcpy(exact, image.data + note->record, note->size);
	err = digsig_record_parse(exact, note->size, true, &record);
	MUST(!err == !record.why);
	if (!err) {
		MUST(record.cms == exact + DIGSIG_HEADER_SIZE);
		MUST(record.cms_len <= note->size - DIGSIG_HEADER_SIZE);
		MUST(record.placement == DIGSIG_ELF);
	}
	free(exact);
}

int fuzz_one(const u8 *data, size_t size);

int fuzz_one(const u8 *data, size_t size)
{
	struct digsig_note note;
	u64 start = 0;
	int err;

	if (size < 4)
		return 0;
	image_make(&image, data[0] & 1, data[1] % 8, 2 + data[2] % 30);
	if (data[0] & 2) {
		write_over(data + 4, size - 4);
		image.size -= data[3] % 32;
	} else {
		image.size = size - 4;
		memcpy(image.data, data + 4, size - 4);
	}
	err = image_find(&image, &note);
	MUST(err == model_find(image.data, image.size, &start));
	MUST(!err == !note.why);
	if (!err) {
		MUST(note.start == start);
		parse_record(&note);
	}
	return 0;
}

#ifndef LIBFUZZER
static void test_random_bytes(void)
{
	static u8 data[256];
	unsigned int rounds = 20000, i, n;

	while (rounds--) {
		n = 4 + random_below(60);
		for (i = 0; i < n; i++)
			data[i] = random_below(2) ? random_u64() : 0;
		data[0] |= 2 * !!random_below(8);
		fuzz_one(data, n);
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "elf: files out of random bytes", test_random_bytes },
	};

	return ktap_run(tests, 1);
}
#endif
