# SPDX-License-Identifier: GPL-2.0
# For the Makefile of a suite about digsig, behind lib.mk: `answer`, a program that needs no libraries, and NAME.der, a certificate,
# with NAME.pem and NAME.key. newkey-NAME= is another kind of key than RSA of 2048 bits, options-NAME= are more options.

$(O)/answer: ../digsig/answer.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -static -o $@ $<

$(O)/%.der:
	@mkdir -p $(@D)
	openssl req -x509 -newkey $(or $(newkey-$*),rsa:2048) -nodes -keyout $(O)/$*.key -out $(O)/$*.pem -days 3650 -subj /CN=$* \
		$(options-$*) 2> /dev/null
	openssl x509 -in $(O)/$*.pem -outform DER -out $@
