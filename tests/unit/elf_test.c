// SPDX-License-Identifier: GPL-2.0
/*
 * Where the signature of an ELF file is: whole files, each way to break one, and
 * many ways at once against a model.
 */
#include "elf_image.h"
#include "elf_model.h"

static struct image image;

static void check_found(void)
{
	struct digsig_note note;
	struct digsig_record record;

	CHECK(!image_find(&image, &note));
	CHECK(!note.why);
	CHECK(note.start == image.note);
	CHECK(note.record == image.note + DIGSIG_NOTE_HEAD);
	CHECK(note.record + note.size == image.size);
	CHECK(!digsig_record_parse(image.data + note.record, note.size, true,
				   &record));
	CHECK(record.cms_len == IMAGE_CMS);
}

static void check_error(int err, const char *why)
{
	struct digsig_note note;
	int ret = image_find(&image, &note);

	if (ret != err || !note.why || strcmp(note.why, why))
		printf("# %d, %s; expected %d, %s\n", ret,
		       note.why ? note.why : "no reason", err, why);
	CHECK(ret == err && note.why && !strcmp(note.why, why));
}

static void test_good(void)
{
	static const u32 phnums[] = { 0, 1, 2, 3, 7, 8, 9, 16, 17, 1000 };
	static const u32 shnums[] = { 2, 3, 4, 7, 8, 9, 10, 16, 17, 40, 3000 };
	unsigned int i, j, is64;

	for (is64 = 0; is64 < 2; is64++)
		for (i = 0; i < ARRAY_SIZE(phnums); i++)
			for (j = 0; j < ARRAY_SIZE(shnums); j++) {
				image_make(&image, is64, phnums[i], shnums[j]);
				check_found();
			}
}

static void test_many_sections(void)
{
	unsigned int is64;

	for (is64 = 0; is64 < 2; is64++) {
		image_make(&image, is64, 2, DIGSIG_SECTIONS_MAX);
		check_found();
		/* one pass, some entries at a time */
		CHECK(image.reads < DIGSIG_SECTIONS_MAX / 8 + 10);
		CHECK(image.bytes < image.note + 1000);
		/* as many, all of them notes: two reads each at most */
		for (u32 i = 1; i + 1 < image.shnum; i++)
			image_set(&image, SH_TYPE, i, SHT_NOTE);
		check_found();
		CHECK(image.reads < DIGSIG_SECTIONS_MAX * 2);

		image_make(&image, is64, 2, DIGSIG_SECTIONS_MAX);
		image_set(&image, E_SHNUM, 0, DIGSIG_SECTIONS_MAX + 1);
		check_error(-EBADMSG, "the number of sections is a reserved one");
	}
}

static void test_extended_count(void)
{
	unsigned int is64;

	for (is64 = 0; is64 < 2; is64++) {
		image_make(&image, is64, 3, 12);
		image_set(&image, E_SHNUM, 0, 0);
		image_set(&image, SH_SIZE, 0, 12);
		check_found();
		image_set(&image, SH_SIZE, 0, 13);
		check_error(-EBADMSG,
			    "a section or its header reaches into the signature");
		image_set(&image, SH_SIZE, 0, 11);
		check_error(-ENODATA, "not signed");
		image_set(&image, SH_SIZE, 0, 0);
		check_error(-ENODATA, "not signed");
		image_set(&image, SH_SIZE, 0, DIGSIG_SECTIONS_MAX + 1);
		check_error(-EBADMSG, "there are more than 65279 sections");
		image_set(&image, SH_SIZE, 0, ~0ULL);
		check_error(-EBADMSG, "there are more than 65279 sections");
		image_set(&image, SH_SIZE, 0, DIGSIG_SECTIONS_MAX);
		check_error(-EBADMSG, "the section headers are outside of the file");
		image_set(&image, E_SHNUM, 0, 0xffff);
		check_error(-EBADMSG, "the number of sections is a reserved one");
	}
}

static void test_no_elf(void)
{
	image_make(&image, true, 1, 5);
	image.size = 0;
	check_error(-ENOEXEC, "not an ELF file");
	image.size = 3;
	check_error(-ENOEXEC, "not an ELF file");
	image.size = 4;
	check_error(-EBADMSG, "the ELF file is neither of 32 nor of 64 bits");
	image.size = 63;
	check_error(-EBADMSG, "the ELF header is cut short");
	image.data[EI_CLASS] = ELFCLASS32;
	image.size = 51;
	check_error(-EBADMSG, "the ELF header is cut short");

	image_make(&image, true, 1, 5);
	image.data[EI_CLASS] = 3;
	check_error(-EBADMSG, "the ELF file is neither of 32 nor of 64 bits");
	image.data[EI_DATA] = ELFDATA2MSB;
	check_error(-ENOEXEC, "an ELF file of another byte order");
	image.data[1] = 'e';
	check_error(-ENOEXEC, "not an ELF file");
}

static void test_wrong_class(void)
{
	struct digsig_note note;
	int err;

	/* the fields of the other class are other fields */
	image_make(&image, true, 1, 5);
	image.data[EI_CLASS] = ELFCLASS32;
	err = image_find(&image, &note);
	CHECK(err == -EBADMSG || err == -ENODATA);
	image_make(&image, false, 1, 5);
	image.data[EI_CLASS] = ELFCLASS64;
	err = image_find(&image, &note);
	CHECK(err == -EBADMSG || err == -ENODATA);
}

static void test_section_table(void)
{
	unsigned int is64;

	for (is64 = 0; is64 < 2; is64++) {
		image_make(&image, is64, 1, 5);
		image_set(&image, E_SHOFF, 0, 0);
		check_error(-ENODATA, "not signed");
		image_set(&image, E_SHOFF, 0, image.size);
		check_error(-EBADMSG, "the section headers are outside of the file");
		image_set(&image, E_SHOFF, 0, image.size - 39);
		check_error(-EBADMSG, "the section headers are outside of the file");
		image_set(&image, E_SHOFF, 0, ~0ULL);
		check_error(-EBADMSG, "the section headers are outside of the file");
		image_set(&image, E_SHOFF, 0, ~0ULL - 63);
		check_error(-EBADMSG, "the section headers are outside of the file");
		image_set(&image, E_SHOFF, 0, image.shdr);
		image_set(&image, E_SHENTSIZE, 0, 0);
		check_error(-EBADMSG, "the section headers are of a wrong size");
		image_set(&image, E_SHENTSIZE, 0, 104);
		check_error(-EBADMSG, "the section headers are of a wrong size");
		image_set(&image, E_SHENTSIZE, 0, is64 ? 64 : 40);
		image_set(&image, E_SHNUM, 0, 0xfeff);
		check_error(-EBADMSG, "the section headers are outside of the file");
	}
}

/* A table at the end would not be digested. */
static void test_table_not_signed(void)
{
	u32 n;

	image_make(&image, true, 0, 5);
	n = 5 * image_shentsize(&image);
	memcpy(image.data + image.note + 600, image.data + image.shdr, n);
	image_set(&image, E_SHOFF, 0, image.note + 600);
	image.shdr = image.note + 600;
	image.size = image.note + 600 + n;
	image_note(image.data + image.note, DIGSIG_NOTE_NAME,
		   600 + n - DIGSIG_NOTE_HEAD);
	image_set(&image, SH_SIZE, 4, 600 + n);
	check_error(-EBADMSG, "a section or its header reaches into the signature");
}

static void test_note(void)
{
	u8 *head;
	unsigned int is64;

	for (is64 = 0; is64 < 2; is64++) {
		image_make(&image, is64, 1, 5);
		head = image.data + image.note;
		head[8] = 2;
		check_error(-EBADMSG, "the signature's note is of an unknown type");
		head[8] = 1;
		head[19] = 1;
		check_error(-EBADMSG, "the signature's note has data in its padding");
		head[19] = 0;
		head[4] += 1;
		check_error(-EBADMSG, "the signature's note has a wrong length");
		head[4] -= 5;
		check_error(-EBADMSG, "the signature's note has a wrong length");
		head[7] = 0xff;
		check_error(-EBADMSG, "the signature's note has a wrong length");

		/* of another name it is not ours */
		image_make(&image, is64, 1, 5);
		head = image.data + image.note;
		head[17] = 'G';
		check_error(-ENODATA, "not signed");
		head[17] = 'g';
		head[0] = 8;
		check_error(-ENODATA, "not signed");

		image_make(&image, is64, 1, 5);
		image_set(&image, SH_TYPE, 4, SHT_PROGBITS);
		check_error(-ENODATA, "not signed");
		image_set(&image, SH_TYPE, 4, SHT_NOTE);
		image_set(&image, SH_FLAGS, 4, SHF_ALLOC);
		check_error(-EBADMSG, "the signature's section is a loaded one");
	}
}

static void test_end(void)
{
	unsigned int is64;
	u64 size;

	for (is64 = 0; is64 < 2; is64++) {
		image_make(&image, is64, 1, 5);
		size = image.size;
		image.size = size + 1;
		check_error(-EBADMSG, "there is data behind the signature");
		image.size = size - 1;
		check_error(-EBADMSG, "the signature is cut short");
		image.size = image.note + DIGSIG_NOTE_HEAD;
		check_error(-EBADMSG, "the signature is cut short");
		image.size = image.note;
		check_error(-EBADMSG, "a note is outside of the file");
		image.size = image.note - 1;
		check_error(-EBADMSG, "the section headers are outside of the file");
		image.size = size;
		image_set(&image, SH_SIZE, 4, ~0ULL);
		check_error(-EBADMSG, "the signature is cut short");
		image_set(&image, SH_SIZE, 4, ~0ULL - image.note + 1);
		check_error(-EBADMSG, "the signature is cut short");
		image_set(&image, SH_SIZE, 4, ~0ULL - 20);
		image_set(&image, SH_OFFSET, 4, ~0ULL - 20);
		check_error(-EBADMSG, "a note is outside of the file");
	}
}

static void test_length(void)
{
	u64 start;

	/* as short and as long as a record may be, and a word more or less */
	for (unsigned int is64 = 0; is64 < 2; is64++) {
		image_make(&image, is64, 1, 5);
		start = image.note + DIGSIG_NOTE_HEAD;
		image_note(image.data + image.note, DIGSIG_NOTE_NAME, 20);
		image_set(&image, SH_SIZE, 4, 40);
		image.size = start + 20;
		CHECK(!image_find(&image, &(struct digsig_note){}));
		image_note(image.data + image.note, DIGSIG_NOTE_NAME, 16);
		image_set(&image, SH_SIZE, 4, 36);
		image.size = start + 16;
		check_error(-EBADMSG, "the signature record is cut short");
		image_note(image.data + image.note, DIGSIG_NOTE_NAME,
			   DIGSIG_RECORD_MAX);
		image_set(&image, SH_SIZE, 4, 20 + DIGSIG_RECORD_MAX);
		image.size = start + DIGSIG_RECORD_MAX;
		CHECK(!image_find(&image, &(struct digsig_note){}));
		image_note(image.data + image.note, DIGSIG_NOTE_NAME,
			   DIGSIG_RECORD_MAX + 4);
		image_set(&image, SH_SIZE, 4, 24 + DIGSIG_RECORD_MAX);
		image.size = start + DIGSIG_RECORD_MAX + 4;
		check_error(-EBADMSG, "the signature record is too long");
	}
}

static void test_two(void)
{
	unsigned int is64;

	for (is64 = 0; is64 < 2; is64++) {
		/* the same one twice */
		image_make(&image, is64, 1, 6);
		memcpy(image.data + image.shdr + 3 * image_shentsize(&image),
		       image.data + image.shdr + 5 * image_shentsize(&image),
		       image_shentsize(&image));
		check_error(-EBADMSG, "there are two signatures");

		/* one in front of the other */
		image_make(&image, is64, 1, 6);
		image_note(image.data + image.shdr - 64, DIGSIG_NOTE_NAME, 20);
		check_error(-EBADMSG, "the signature's section is a loaded one");
		image_set(&image, SH_FLAGS, 2, 0);
		check_error(-EBADMSG, "there is data behind the signature");
	}
}

static void test_overlap(void)
{
	unsigned int is64;
	u64 body;

	for (is64 = 0; is64 < 2; is64++) {
		image_make(&image, is64, 2, 5);
		body = image.shdr - 64;
		image_set(&image, SH_SIZE, 1, image.note - body);
		check_found();
		image_set(&image, SH_SIZE, 1, image.note - body + 1);
		check_error(-EBADMSG,
			    "a section or its header reaches into the signature");
		image_set(&image, SH_SIZE, 1, ~0ULL);
		check_error(-EBADMSG,
			    "a section or its header reaches into the signature");
		image_set(&image, SH_OFFSET, 1, ~0ULL);
		check_error(-EBADMSG,
			    "a section or its header reaches into the signature");
		image_set(&image, SH_SIZE, 1, 0);
		check_found();
		image_set(&image, SH_SIZE, 1, ~0ULL);
		image_set(&image, SH_TYPE, 1, SHT_NOBITS);
		check_found();

		image_set(&image, P_FILESZ, 1, image.note);
		check_found();
		image_set(&image, P_FILESZ, 1, image.note + 1);
		check_error(-EBADMSG, "a segment reaches into the signature");
		image_set(&image, P_OFFSET, 1, ~0ULL);
		check_error(-EBADMSG, "a segment reaches into the signature");
		image_set(&image, P_FILESZ, 1, 0);
		check_found();
		image_set(&image, P_OFFSET, 1, 2);
		image_set(&image, P_FILESZ, 1, ~0ULL);
		check_error(-EBADMSG, "a segment reaches into the signature");
	}
}

static void test_program_headers(void)
{
	unsigned int is64;

	for (is64 = 0; is64 < 2; is64++) {
		image_make(&image, is64, 2, 5);
		image_set(&image, E_PHENTSIZE, 0, 1);
		check_error(-EBADMSG, "the program headers are of a wrong size");
		image_set(&image, E_PHNUM, 0, 0);
		check_found();
		image_set(&image, E_PHENTSIZE, 0, image_phentsize(&image));
		image_set(&image, E_PHNUM, 0, 0xffff);
		check_error(-EBADMSG, "there are more than 65534 program headers");
		image_set(&image, E_PHNUM, 0, 0xfffe);
		check_error(-EBADMSG,
			    "the program headers are not in what is signed");
		image_set(&image, E_PHNUM, 0, 1);
		image_set(&image, E_PHOFF, 0, image.note);
		check_error(-EBADMSG,
			    "the program headers are not in what is signed");
		image_set(&image, E_PHOFF, 0, ~0ULL);
		check_error(-EBADMSG,
			    "the program headers are not in what is signed");
	}
}

static void test_read_errors(void)
{
	struct digsig_note note;
	unsigned long n, reads;

	image_make(&image, true, 20, 30);
	image_set(&image, E_SHNUM, 0, 0);
	image_set(&image, SH_SIZE, 0, 30);
	check_found();
	reads = image.reads;
	for (n = 1; n <= reads; n++) {
		image.fail = n;
		CHECK(image_find(&image, &note) == -EIO);
	}
	image.fail = 0;
	check_found();
}

/* Compares with the model; returns the error. */
static int agree(void)
{
	struct digsig_note note;
	u64 start = 0;
	int err = image_find(&image, &note);
	int expect = model_find(image.data, image.size, &start);

	if (err != expect)
		printf("# %d (%s), expected %d\n", err,
		       note.why ? note.why : "", expect);
	CHECK(err == expect);
	CHECK(!err == !note.why);
	if (!err)
		CHECK(note.start == start && note.record == start + 20 &&
		      note.size == image.size - start - 20);
	return err;
}

/* A number near one that matters. */
static u64 some_number(void)
{
	u64 near[] = { 0, image.size, image.note, image.shdr, image.phdr,
		       image.size - image.note, ~0ULL - image.note, ~0ULL,
		       1ULL << 32, 0xff00, 0xffff };

	return near[random_below(ARRAY_SIZE(near))] + random_below(5) - 2;
}

static void mutate(void)
{
	u32 i = random_below(image.shnum);
	u64 v = some_number();

	switch (random_below(14)) {
	case 0:
		image_set(&image, E_SHOFF, 0, v);
		break;
	case 1:
		image_set(&image, E_SHNUM, 0, v);
		break;
	case 2:
		image_set(&image, E_PHOFF, 0, v);
		break;
	case 3:
		image_set(&image, E_PHNUM, 0, v);
		break;
	case 4:
	case 5:
		image_set(&image, SH_OFFSET, i, v);
		break;
	case 6:
	case 7:
		image_set(&image, SH_SIZE, i, v);
		break;
	case 8:
		image_set(&image, SH_TYPE, i, random_below(2) ? SHT_NOTE :
			 random_below(9));
		break;
	case 9:
		image.size = random_below(2) ? image.size - random_below(9) :
			     random_below(image.size + 100);
		break;
	case 10:
		if (image.phnum)
			image_set(&image, P_FILESZ, i % image.phnum, v);
		break;
	case 11:
		if (image.phnum)
			image_set(&image, P_OFFSET, i % image.phnum, v);
		break;
	case 12:
		image.data[image.note + random_below(20)] ^= 1 << random_below(8);
		break;
	default:
		image.data[random_below(image.size + 1)] = random_u64();
	}
}

static void test_random(void)
{
	static unsigned char saved[16384];
	unsigned int form, round, n, good = 0, bad = 0, none = 0;
	struct image base;
	int err;

	for (form = 0; form < 40; form++) {
		image_make(&image, form & 1, random_below(12),
			   2 + random_below(20));
		base = image;
		memcpy(saved, image.data, image.size);
		for (round = 0; round < 5000; round++) {
			image = base;
			memset(image.data, 0, image.size + 200);
			memcpy(image.data, saved, image.size);
			for (n = 1 + random_below(3); n; n--)
				if (image.size > 200)
					mutate();
			err = agree();
			good += !err;
			bad += err == -EBADMSG;
			none += err == -ENODATA;
		}
	}
	printf("# %u signed, %u malformed, %u not signed\n", good, bad, none);
	CHECK(good > 1000 && bad > 1000 && none > 1000);
}

/* Each prefix of a file, and each bit of it turned. */
static void test_exhaustive(void)
{
	unsigned int is64;
	u64 size, i;

	for (is64 = 0; is64 < 2; is64++) {
		image_make(&image, is64, 2, 4);
		size = image.size;
		for (image.size = 0; image.size < size; image.size++)
			agree();
		for (i = 0; i < (image.note + DIGSIG_NOTE_HEAD) * 8; i++) {
			image.data[i / 8] ^= 1 << i % 8;
			agree();
			image.data[i / 8] ^= 1 << i % 8;
		}
		check_found();
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "elf: signed files", test_good },
		{ "elf: as many sections as can be", test_many_sections },
		{ "elf: the number of sections in section 0", test_extended_count },
		{ "elf: no ELF file", test_no_elf },
		{ "elf: of the wrong class", test_wrong_class },
		{ "elf: section tables", test_section_table },
		{ "elf: a section table that is not signed", test_table_not_signed },
		{ "elf: notes", test_note },
		{ "elf: the end of the file", test_end },
		{ "elf: lengths of the record", test_length },
		{ "elf: two signatures", test_two },
		{ "elf: what reaches into the signature", test_overlap },
		{ "elf: program headers", test_program_headers },
		{ "elf: errors of the reader", test_read_errors },
		{ "elf: truncated anywhere, any bit turned", test_exhaustive },
		{ "elf: random changes against a model", test_random },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
