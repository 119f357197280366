// SPDX-License-Identifier: GPL-2.0-only
/*
 * msgbench NET CASE COUNT CLIENT SERVER - two processes talk across a link
 *
 * NET is tipc or tcp. CLIENT and SERVER are file descriptors of the network
 * namespaces that they are in. Prints a number, a unit and a checksum of all
 * that was received, which depends on CASE and COUNT alone. CASE is
 *
 *	rdm		COUNT messages of 64 bytes, each answered before the next,
 *			to a service without a connection; tcp has none, and
 *			does it with one: ns per round trip
 *	seqpacket	the same on a connection
 *	stream		COUNT writes of 64 KB to a reader: MB/s
 *	connect		COUNT times connect, send 64 bytes, receive as many, close:
 *			times a second
 *	names		COUNT addresses are bound to a socket of the server, one by
 *			one, until a subscriber at the client's has heard of all;
 *			then they are withdrawn one by one, in random order; and
 *			once more, by closing the socket: names a second, three
 *			times. tcp has none.
 *
 * Round trips and connections are timed in chunks, and the middle half of them
 * counts: others may have had the processor in some. Of the rest it is the whole
 * time. A tenth more is done before, and does not count.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/tipc.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORDS		8
#define SMALL		(WORDS * sizeof(uint64_t))
#define BLOCK		65536
#define CHUNK		50
#define SERVICE		1000
#define NAMES		2000
#define SERVER_ADDR	"198.18.0.2"
#define SERVER_PORT	7

static int is_tcp, client_net, server_net;

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static uint64_t mix(uint64_t sum, const void *data, size_t size)
{
	const uint64_t *word = data;

	for (size_t i = 0; i < size / sizeof(*word); i++)
		sum = (sum << 7 | sum >> 57) + word[i];
	return sum;
}

static void enter(int net)
{
	if (setns(net, CLONE_NEWNET))
		err(1, "setns");
}

static void set(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)))
		err(1, "setsockopt %d", option);
}

static int new_socket(int kind)
{
	int fd = socket(is_tcp ? AF_INET : AF_TIPC, is_tcp ? SOCK_STREAM : kind, 0);

	if (fd < 0)
		err(1, "socket");
	if (is_tcp)
		set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	else if (kind == SOCK_STREAM)
		set(fd, SOL_TIPC, TIPC_NODELAY, 1);
	return fd;
}

static struct sockaddr_tipc service(uint32_t type, uint32_t instance)
{
	return (struct sockaddr_tipc) {
		.family = AF_TIPC, .addrtype = TIPC_SERVICE_ADDR,
		.addr.name.name = { type, instance },
	};
}

static void bind_name(int fd, uint32_t type, uint32_t instance, int scope)
{
	struct sockaddr_tipc sa = {
		.family = AF_TIPC, .addrtype = TIPC_SERVICE_RANGE, .scope = scope,
		.addr.nameseq = { type, instance, instance },
	};

	if (bind(fd, (void *)&sa, sizeof(sa)))
		err(1, "bind %u %u, scope %d", type, instance, scope);
}

static void connect_to_server(int fd)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(SERVER_PORT) };
	struct sockaddr_tipc tipc = service(SERVICE, 1);
	int status;

	inet_pton(AF_INET, SERVER_ADDR, &in.sin_addr);
	status = is_tcp ? connect(fd, (void *)&in, sizeof(in)) :
			  connect(fd, (void *)&tipc, sizeof(tipc));
	if (status)
		err(1, "connect");
}

static int subscribe(uint32_t type, uint32_t upper)
{
	struct tipc_subscr s = { { type, 1, upper }, TIPC_WAIT_FOREVER,
				 TIPC_SUB_PORTS, "bench" };
	struct sockaddr_tipc sa = service(TIPC_TOP_SRV, TIPC_TOP_SRV);
	int fd = socket(AF_TIPC, SOCK_SEQPACKET, 0);

	if (fd < 0 || connect(fd, (void *)&sa, sizeof(sa)) ||
	    send(fd, &s, sizeof(s), 0) != sizeof(s))
		err(1, "topology server");
	return fd;
}

/* Waits for that many events of a kind; returns a sum that knows no order. */
static uint64_t await(int fd, uint32_t what, long count)
{
	struct tipc_event e;
	uint64_t sum = 0;

	for (long i = 0; i < count; i++) {
		if (recv(fd, &e, sizeof(e), 0) != sizeof(e))
			err(1, "event %ld of %ld", i, count);
		if (e.event != what)
			errx(1, "event %u, not %u", e.event, what);
		sum += e.found_lower * 0x9e3779b97f4a7c15ull;
	}
	return sum;
}

/* What the server listens on: in its namespace, and known in the client's. */
static int serve(int kind)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(SERVER_PORT) };
	int fd, events;

	enter(server_net);
	fd = new_socket(kind);
	if (is_tcp) {
		set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
		if (bind(fd, (void *)&in, sizeof(in)))
			err(1, "bind");
	} else {
		bind_name(fd, SERVICE, 1, TIPC_CLUSTER_SCOPE);
	}
	if ((is_tcp || kind != SOCK_RDM) && listen(fd, 64))
		err(1, "listen");
	enter(client_net);
	if (!is_tcp) {
		events = subscribe(SERVICE, 1);
		await(events, TIPC_PUBLISHED, 1);
		close(events);
	}
	return fd;
}

static void receive(int fd, void *data, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = recv(fd, (char *)data + done, size - done, 0);

		if (n <= 0)
			err(1, "recv: %zd, %zu of %zu bytes before", n, done, size);
		done += n;
	}
}

static void transmit(int fd, const void *data, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = send(fd, (const char *)data + done, size - done, 0);

		if (n <= 0)
			err(1, "send: %zd, %zu of %zu bytes before", n, done, size);
		done += n;
	}
}

/* What the server makes of a message. */
static void answer(uint64_t *message)
{
	for (int i = 0; i < WORDS; i++)
		message[i] = ~message[i];
}

static void answer_datagrams(int fd)
{
	struct sockaddr_tipc from;
	uint64_t message[WORDS];

	for (;;) {
		socklen_t len = sizeof(from);

		if (recvfrom(fd, message, SMALL, 0, (void *)&from, &len) != SMALL)
			err(1, "recvfrom");
		answer(message);
		if (sendto(fd, message, SMALL, 0, (void *)&from, len) != SMALL)
			err(1, "sendto");
	}
}

/* Until the other end closes. */
static void answer_on(int fd)
{
	uint64_t message[WORDS];
	ssize_t n;

	while ((n = recv(fd, message, SMALL, 0)) == SMALL) {
		answer(message);
		transmit(fd, message, SMALL);
	}
	if (n > 0 || (n < 0 && errno != ECONNRESET))
		err(1, "recv: %zd", n);
	close(fd);
}

static void answer_connections(int listener)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			err(1, "accept");
		answer_on(fd);
	}
}

/* Reads what a connection brings until it has all, and answers with its sum. */
static void read_stream(int listener, long count)
{
	int fd = accept(listener, NULL, NULL);
	static uint64_t block[BLOCK / sizeof(uint64_t)];
	uint64_t sum = 0;

	if (fd < 0)
		err(1, "accept");
	for (long i = 0; i < count; i++) {
		receive(fd, block, BLOCK);
		sum = mix(sum, block, BLOCK);
	}
	transmit(fd, &sum, sizeof(sum));
	close(fd);
}

static pid_t child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The mean of the middle half. */
static double middle(double *value, long count)
{
	long quarter = count / 4;
	double sum = 0;

	qsort(value, count, sizeof(*value), by_size);
	for (long i = quarter; i < count - quarter; i++)
		sum += value[i];
	return sum / (count - 2 * quarter);
}

/* Does something again and again; returns ns for each time. */
static double chunks(long count, uint64_t *sum,
		     void (*once)(long number, uint64_t *sum))
{
	long warm = count / CHUNK / 10, total = count / CHUNK + warm;
	double *took = calloc(total, sizeof(*took)), result;

	if (!took || total == warm)
		errx(2, "COUNT is too small");
	for (long chunk = 0; chunk < total; chunk++) {
		uint64_t start = now();

		for (long i = 0; i < CHUNK; i++)
			once(chunk * CHUNK + i, sum);
		took[chunk] = (double)(now() - start) / CHUNK;
	}
	result = middle(took + warm, total - warm);
	free(took);
	return result;
}

static int link_fd;
static struct sockaddr_tipc link_to;

static void transact(int fd, long number, uint64_t *sum)
{
	uint64_t message[WORDS];

	for (int i = 0; i < WORDS; i++)
		message[i] = number * 0x9e3779b97f4a7c15ull + i;
	if (link_to.family) {
		if (sendto(fd, message, SMALL, 0, (void *)&link_to, sizeof(link_to)) != SMALL)
			err(1, "sendto");
	} else {
		transmit(fd, message, SMALL);
	}
	receive(fd, message, SMALL);
	if (message[0] != ~(number * 0x9e3779b97f4a7c15ull))
		errx(1, "answer %ld is to something else", number);
	*sum = mix(*sum, message, SMALL);
}

static void round_trip(long number, uint64_t *sum)
{
	transact(link_fd, number, sum);
}

static void connection(long number, uint64_t *sum)
{
	int fd = new_socket(SOCK_STREAM);

	connect_to_server(fd);
	transact(fd, number, sum);
	close(fd);
}

static void print(double value, const char *unit, uint64_t sum)
{
	printf("%.2f %s %016llx\n", value, unit, (unsigned long long)sum);
}

static void measure_rdm(long count)
{
	int fd = serve(SOCK_RDM);
	uint64_t sum = 0;
	pid_t pid = child();
	double took;

	if (!pid) {
		if (is_tcp)
			answer_connections(fd);
		answer_datagrams(fd);
	}
	link_fd = new_socket(SOCK_RDM);
	if (is_tcp)
		connect_to_server(link_fd);
	else
		link_to = service(SERVICE, 1);
	took = chunks(count, &sum, round_trip);
	print(took, "ns", sum);
	end(pid);
}

static void measure_seqpacket(long count)
{
	int fd = serve(SOCK_SEQPACKET);
	uint64_t sum = 0;
	pid_t pid = child();
	double took;

	if (!pid)
		answer_connections(fd);
	link_fd = new_socket(SOCK_SEQPACKET);
	connect_to_server(link_fd);
	took = chunks(count, &sum, round_trip);
	print(took, "ns", sum);
	end(pid);
}

static void measure_connect(long count)
{
	int fd = serve(SOCK_STREAM);
	uint64_t sum = 0;
	pid_t pid = child();
	double took;

	if (!pid)
		answer_connections(fd);
	took = chunks(count, &sum, connection);
	print(1e9 / took, "/s", sum);
	end(pid);
}

/* Writes on a new connection; returns the time until all was read. */
static uint64_t write_stream(int listener, long count, uint64_t *sum)
{
	static uint64_t block[BLOCK / sizeof(uint64_t)];
	uint64_t start, took, wanted = 0;
	int status, fd;
	pid_t pid = child();

	if (!pid) {
		read_stream(listener, count);
		_exit(0);
	}
	for (size_t i = 0; i < BLOCK / sizeof(uint64_t); i++)
		block[i] = i * 0x9e3779b97f4a7c15ull;
	fd = new_socket(SOCK_STREAM);
	connect_to_server(fd);
	start = now();
	for (long i = 0; i < count; i++) {
		block[i % (BLOCK / sizeof(uint64_t))] += i;
		transmit(fd, block, BLOCK);
	}
	receive(fd, sum, sizeof(*sum));
	took = now() - start;
	close(fd);
	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "the reader failed: %#x", status);

	memset(block, 0, sizeof(block));
	for (size_t i = 0; i < BLOCK / sizeof(uint64_t); i++)
		block[i] = i * 0x9e3779b97f4a7c15ull;
	for (long i = 0; i < count; i++) {
		block[i % (BLOCK / sizeof(uint64_t))] += i;
		wanted = mix(wanted, block, BLOCK);
	}
	if (*sum != wanted)
		errx(1, "what was read is not what was written");
	return took;
}

static void measure_stream(long count)
{
	int listener = serve(SOCK_STREAM);
	uint64_t sum, took;

	write_stream(listener, count / 10 + 1, &sum);
	took = write_stream(listener, count, &sum);
	print(count * BLOCK * 1e3 / took, "MB/s", sum);
}

/* When the subscriber had heard of all, and what. */
struct heard {
	uint64_t at, sum;
};

static void tell(int fd, uint64_t sum)
{
	struct heard heard = { now(), sum };

	if (write(fd, &heard, sizeof(heard)) != sizeof(heard))
		err(1, "write");
}

static void listen_for(int told, long count)
{
	int fd;

	enter(client_net);
	fd = subscribe(NAMES, count);
	tell(told, 0);
	for (int i = 0; i < 2; i++) {
		tell(told, await(fd, TIPC_PUBLISHED, count));
		tell(told, await(fd, TIPC_WITHDRAWN, count));
	}
	_exit(0);
}

static uint64_t told_at(int fd, uint64_t *sum)
{
	struct heard heard;

	if (read(fd, &heard, sizeof(heard)) != sizeof(heard))
		errx(1, "the subscriber failed");
	*sum = heard.sum;
	return heard.at;
}

/* The numbers 1 to COUNT in an order that looks random. */
static uint32_t *shuffled(long count)
{
	uint32_t *number = calloc(count, sizeof(*number)), swap;
	uint64_t seed = 1;

	if (!number)
		err(1, "calloc");
	for (long i = 0; i < count; i++) {
		long j;

		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		j = (seed >> 33) % (i + 1);
		number[i] = i + 1;
		swap = number[i];
		number[i] = number[j];
		number[j] = swap;
	}
	return number;
}

static void measure_names(long count)
{
	uint32_t *order = shuffled(count);
	int fd, told[2];
	uint64_t start, sum;
	pid_t pid;

	if (pipe(told))
		err(1, "pipe");
	pid = child();
	if (!pid) {
		close(told[0]);
		listen_for(told[1], count);
	}
	close(told[1]);
	enter(server_net);
	fd = new_socket(SOCK_RDM);
	told_at(told[0], &sum);
	start = now();
	for (long i = 1; i <= count; i++)
		bind_name(fd, NAMES, i, TIPC_CLUSTER_SCOPE);
	start = told_at(told[0], &sum) - start;
	print(count * 1e9 / start, "names/s", sum);
	start = now();
	for (long i = 0; i < count; i++)
		bind_name(fd, NAMES, order[i], -TIPC_CLUSTER_SCOPE);
	start = told_at(told[0], &sum) - start;
	print(count * 1e9 / start, "names/s", sum);
	for (long i = 1; i <= count; i++)
		bind_name(fd, NAMES, i, TIPC_CLUSTER_SCOPE);
	told_at(told[0], &sum);
	start = now();
	close(fd);
	start = told_at(told[0], &sum) - start;
	print(count * 1e9 / start, "names/s", sum);
	end(pid);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*measure)(long count);
		int tcp;
	} cases[] = {
		{ "rdm", measure_rdm, 1 },
		{ "seqpacket", measure_seqpacket, 1 },
		{ "stream", measure_stream, 1 },
		{ "connect", measure_connect, 1 },
		{ "names", measure_names, 0 },
	};
	long count;

	if (argc != 6)
		errx(2, "usage: msgbench NET CASE COUNT CLIENT SERVER");
	is_tcp = !strcmp(argv[1], "tcp");
	count = atol(argv[3]);
	client_net = atoi(argv[4]);
	server_net = atoi(argv[5]);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (!strcmp(argv[2], cases[i].name) && (!is_tcp || cases[i].tcp)) {
			cases[i].measure(count);
			return 0;
		}
	}
	errx(2, "%s has no case '%s'", argv[1], argv[2]);
}
