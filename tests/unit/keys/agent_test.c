/* agent_test.c: OpenSSH's own ssh-agent, and agents that misbehave. */
#include "scratch.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/clock.h"
#include "base/limits.h"
#include "keys/agent.h"
#include "keys/agent_internal.h"

static void
put_u32(struct buffer *out, size_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buffer_byte(out, (uint8_t)(value >> shift));
}

static void
put_string(struct buffer *out, struct bytes bytes)
{
	put_u32(out, bytes.len);
	buffer_append(out, bytes);
}

/* --- OpenSSH's ssh-agent --- */

/* One at ./agent, ended by leave_ssh_agent; NULL if there is none. */
static char *agent_pid;

static int
enter_ssh_agent(void **state)
{
	char output[1000], *pid;

	if (place_enter(state) == -1)
		return -1;
	if (!has_command("ssh-agent"))
		return 0;
	/* An agent that is asked to confirm has nobody to ask. */
	if (command_output(output, sizeof output, "DISPLAY= "
	    "SSH_ASKPASS=/bin/false SSH_ASKPASS_REQUIRE=force "
	    "ssh-agent -s -a agent") != 0 ||
	    (pid = strstr(output, "SSH_AGENT_PID=")) == NULL)
		return -1;
	agent_pid = strdup(pid + 14);
	return setenv("SSH_AUTH_SOCK", "agent", 1) == 0 &&
	    system("ssh-keygen -q -t ed25519 -N '' -f key && "
	    "ssh-keygen -q -t ed25519 -N '' -f other && "
	    "ssh-keygen -q -t rsa -b 2048 -N '' -f rsa") == 0 ? 0 : -1;
}

static int
leave_ssh_agent(void **state)
{
	if (agent_pid != NULL)
		kill((pid_t)strtol(agent_pid, NULL, 10), SIGTERM);
	free(agent_pid);
	agent_pid = NULL;
	unsetenv("SSH_AUTH_SOCK");
	return place_leave(state);
}

static void
need_ssh_agent(void)
{
	if (agent_pid == NULL) {
		print_message("# ssh-agent is not installed\n");
		skip();
	}
}

static struct public_key
public_in(const char *path)
{
	char command[100], line[300];
	struct public_key key;
	struct error err;

	(void)snprintf(command, sizeof command, "cat %s", path);
	assert_int_equal(command_output(line, sizeof line, command), 0);
	expect_fine(public_key_parse_ssh(&key, NULL, bytes_of_text(line),
	    &err), &err);
	return key;
}

static void
ssh_add(const char *arguments)
{
	char command[200];

	(void)snprintf(command, sizeof command, "ssh-add -q %s 2>/dev/null",
	    arguments);
	assert_int_equal(system(command), 0);
}

static void
a_key_in_ssh_agent_signs(void **state)
{
	struct signer *signer = NULL;
	struct public_key key;
	struct error err;

	(void)state;
	need_ssh_agent();
	ssh_add("rsa key other");
	key = public_in("key.pub");
	assert_true(agent_holds(key));
	expect_fine(agent_signer(&signer, key, &err), &err);
	assert_true(public_key_equal(signer_public_key(signer), key));
	assert_null(signer_seed(signer));
	/* From no byte to as large an entry as there is. */
	for (size_t len = 0; len <= LIMIT_ENTRY; len = len * 4 + 3) {
		struct signature signature;
		uint8_t *message = calloc(1, len + 1);

		assert_non_null(message);
		expect_fine(signer_sign(signer, bytes_of(message, len),
		    &signature, &err), &err);
		assert_true(public_key_verify(key, bytes_of(message, len),
		    &signature));
		free(message);
	}
	signer_free(signer);
}

static void
a_key_that_ssh_agent_does_not_hold_is_named(void **state)
{
	struct signer *signer = NULL;
	struct public_key key;
	struct error err;

	(void)state;
	need_ssh_agent();
	key = public_in("key.pub");
	assert_false(agent_holds(key));
	ssh_add("other");
	assert_false(agent_holds(key));
	assert_int_equal(agent_signer(&signer, key, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, public_key_fingerprint(key).text);
	assert_non_null(strstr(err.remedy, "ssh-add"));
	assert_null(signer);
}

static void
a_key_taken_from_ssh_agent_no_longer_signs(void **state)
{
	struct signer *signer = NULL;
	struct signature signature;
	struct error err;

	(void)state;
	need_ssh_agent();
	ssh_add("key");
	expect_fine(agent_signer(&signer, public_in("key.pub"), &err), &err);
	ssh_add("-d key");
	assert_int_equal(signer_sign(signer, bytes_of_text("x"), &signature,
	    &err), -1);
	expect_said(&err, ERROR_SYSTEM, "refuses to sign");
	signer_free(signer);
}

static void
a_confirmation_denied_is_no_signature(void **state)
{
	struct signer *signer = NULL;
	struct signature signature;
	struct error err;

	(void)state;
	need_ssh_agent();
	ssh_add("-c key");
	expect_fine(agent_signer(&signer, public_in("key.pub"), &err), &err);
	assert_int_equal(signer_sign(signer, bytes_of_text("x"), &signature,
	    &err), -1);
	expect_said(&err, ERROR_SYSTEM, "refuses to sign");
	assert_non_null(strstr(err.remedy, "confirm"));
	signer_free(signer);
}

static void
an_agent_that_has_ended_is_missed(void **state)
{
	struct signer *signer = NULL;
	struct signature signature;
	struct error err;

	(void)state;
	need_ssh_agent();
	ssh_add("key");
	expect_fine(agent_signer(&signer, public_in("key.pub"), &err), &err);
	assert_int_equal(unlink("agent"), 0);
	assert_int_equal(signer_sign(signer, bytes_of_text("x"), &signature,
	    &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no ssh-agent");
	assert_non_null(strstr(err.remedy, "eval $(ssh-agent)"));
	signer_free(signer);
}

static void
without_an_agent_the_remedy_is_one(void **state)
{
	static const char *const paths[] = { "", "absent", "file",
		"file/below" };
	char long_path[200];
	struct signer *signer = NULL;
	struct error err;

	(void)state;
	write_file("file", bytes_of_text(""), 0600);
	unsetenv("SSH_AUTH_SOCK");
	assert_int_equal(agent_signer(&signer, key_number(1), &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "no ssh-agent");
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		setenv("SSH_AUTH_SOCK", paths[i], 1);
		assert_int_equal(agent_signer(&signer, key_number(1), &err),
		    -1);
		expect_said(&err, ERROR_UNDECIDED, "no ssh-agent");
		assert_non_null(strstr(err.remedy, "eval $(ssh-agent)"));
		assert_false(agent_holds(key_number(1)));
	}
	memset(long_path, 'x', sizeof long_path - 1);
	long_path[sizeof long_path - 1] = '\0';
	setenv("SSH_AUTH_SOCK", long_path, 1);
	assert_int_equal(agent_signer(&signer, key_number(1), &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "too long");
	unsetenv("SSH_AUTH_SOCK");
	assert_null(signer);
}

/* --- Replies, taken apart --- */

/* An identities answer with the keys 1 to count, and a comment each. */
static void
identities(struct buffer *out, uint8_t count)
{
	buffer_byte(out, 12);
	put_u32(out, count);
	for (uint8_t i = 1; i <= count; i++) {
		uint8_t wire[PUBLIC_KEY_WIRE_LEN];

		public_key_wire(wire, key_number(i));
		put_string(out, bytes_of(wire, sizeof wire));
		put_string(out, bytes_of("\xff\0comment", 9));
	}
}

static void
sign_response(struct buffer *out, const char *type, struct bytes signature)
{
	struct buffer blob = buffer_new(1000);

	put_string(&blob, bytes_of_text(type));
	put_string(&blob, signature);
	buffer_byte(out, 14);
	put_string(out, buffer_bytes(&blob));
	buffer_free(&blob);
}

static void
a_key_is_found_among_others(void **state)
{
	struct error err;

	(void)state;
	for (uint8_t count = 0; count < 5; count++) {
		struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);

		identities(&reply, count);
		for (uint8_t i = 1; i < 6; i++) {
			bool found = i > count;

			expect_fine(agent_parse_identities(&found,
			    key_number(i), buffer_bytes(&reply), &err), &err);
			assert_int_equal(found, i <= count);
		}
		buffer_free(&reply);
	}
}

static void
no_part_of_a_list_is_a_list(void **state)
{
	struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
	struct public_key key = key_number(1);
	bool found = false;
	struct error err;

	(void)state;
	identities(&reply, 3);
	for (size_t len = 0; len < reply.len; len++) {
		uint8_t *copy = malloc(len == 0 ? 1 : len);

		assert_non_null(copy);
		memcpy(copy, reply.data, len);
		assert_int_equal(agent_parse_identities(&found, key,
		    bytes_of(copy, len), &err), -1);
		expect_said(&err, ERROR_SYSTEM, "malformed");
		free(copy);
	}
	buffer_byte(&reply, 0);
	assert_int_equal(agent_parse_identities(&found, key,
	    buffer_bytes(&reply), &err), -1);
	expect_said(&err, ERROR_SYSTEM, "malformed");
	reply.len--;
	for (unsigned type = 0; type < 256; type++) {
		reply.data[0] = (uint8_t)type;
		if (type != 12)
			assert_int_equal(agent_parse_identities(&found, key,
			    buffer_bytes(&reply), &err), -1);
	}
	assert_false(found);
	buffer_free(&reply);
}

static void
lengths_that_do_not_fit_are_refused(void **state)
{
	/* Counts and lengths up to the last, in a list of one key. */
	static const size_t offsets[] = { 1, 5, 60 };
	static const uint32_t values[] = { 0, 2, 50, 52, 0x7fffffff,
		0xffffffff };
	struct public_key key = key_number(1);
	struct error err;

	(void)state;
	for (size_t o = 0; o < 3; o++) {
		for (size_t v = 0; v < sizeof values / sizeof values[0];
		    v++) {
			struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
			bool found = false;

			identities(&reply, 1);
			for (size_t i = 0; i < 4; i++)
				reply.data[offsets[o] + i] =
				    (uint8_t)(values[v] >> (24 - 8 * i));
			assert_int_equal(agent_parse_identities(&found, key,
			    buffer_bytes(&reply), &err), -1);
			expect_said(&err, ERROR_SYSTEM, "malformed");
			assert_false(found);
			buffer_free(&reply);
		}
	}
}

static void
a_signature_is_taken_from_its_reply(void **state)
{
	struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
	struct signature signature, wanted;
	struct error err;

	(void)state;
	memset(&wanted, 'w', sizeof wanted);
	sign_response(&reply, "ssh-ed25519", bytes_of(wanted.byte, 64));
	expect_fine(agent_parse_signature(&signature, buffer_bytes(&reply),
	    &err), &err);
	assert_memory_equal(&signature, &wanted, sizeof wanted);
	memset(&signature, 0, sizeof signature);
	for (size_t len = 0; len < reply.len; len++) {
		uint8_t *copy = malloc(len == 0 ? 1 : len);

		assert_non_null(copy);
		memcpy(copy, reply.data, len);
		assert_int_equal(agent_parse_signature(&signature,
		    bytes_of(copy, len), &err), -1);
		expect_said(&err, ERROR_SYSTEM, "malformed");
		free(copy);
	}
	/* Nor does any bit of its frame say something else. */
	for (size_t i = 0; i < 8 * (reply.len - 64); i++) {
		reply.data[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_int_equal(agent_parse_signature(&signature,
		    buffer_bytes(&reply), &err), -1);
		reply.data[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	buffer_byte(&reply, 0);
	assert_int_equal(agent_parse_signature(&signature,
	    buffer_bytes(&reply), &err), -1);
	assert_int_equal(signature.byte[0], 0);
	buffer_free(&reply);
}

static void
other_signatures_are_refused(void **state)
{
	static const struct {
		const char *type;
		size_t len;
	} bad[] = {
		{ "ssh-rsa", 64 }, { "ssh-ed25519", 63 },
		{ "ssh-ed25519", 65 }, { "ssh-ed25519", 0 }, { "", 64 },
		{ "ssh-ed25519-cert-v01@openssh.com", 64 },
	};
	struct signature signature;
	uint8_t bytes[65] = { 0 };
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);

		sign_response(&reply, bad[i].type,
		    bytes_of(bytes, bad[i].len));
		assert_int_equal(agent_parse_signature(&signature,
		    buffer_bytes(&reply), &err), -1);
		expect_said(&err, ERROR_SYSTEM, "malformed");
		buffer_free(&reply);
	}
}

static void
nothing_comes_behind_a_signature(void **state)
{
	struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
	struct signature signature;
	uint8_t bytes[64] = { 0 };
	struct error err;

	(void)state;
	sign_response(&reply, "ssh-ed25519", bytes_of(bytes, 64));
	/* One more byte, and the outer length says so. */
	buffer_byte(&reply, 0);
	reply.data[4]++;
	assert_int_equal(agent_parse_signature(&signature,
	    buffer_bytes(&reply), &err), -1);
	expect_said(&err, ERROR_SYSTEM, "malformed");
	buffer_free(&reply);
}

static void
a_failure_is_told_apart(void **state)
{
	struct signature signature;
	bool found;
	struct error err;

	(void)state;
	assert_int_equal(agent_parse_identities(&found, key_number(1),
	    bytes_of("\x05", 1), &err), -1);
	expect_said(&err, ERROR_SYSTEM, "refuses to list");
	assert_int_equal(agent_parse_signature(&signature,
	    bytes_of("\x05", 1), &err), -1);
	expect_said(&err, ERROR_SYSTEM, "refuses to sign");
}

/* --- An agent of our own, that does what it should not --- */

/*
 * It answers one connection after the other, each with the next reply, as it
 * is (with the length before it) and hangs up.  It keeps what it was asked.
 */
#define REPLIES 3
struct fake {
	int listener;
	pthread_t thread;
	struct bytes reply[REPLIES];
	size_t reply_count;
	bool mute; /* Listens to requests, and says nothing. */
	uint8_t asked[1000];
	size_t asked_len;
};

static size_t
fake_hear(struct fake *fake, int connection)
{
	size_t len = 0, wanted = 4;

	while (len < wanted && wanted <= sizeof fake->asked) {
		ssize_t n = recv(connection, fake->asked + len, wanted - len,
		    0);

		if (n <= 0)
			return 0;
		len += (size_t)n;
		if (len == 4)
			wanted = 4 + ((size_t)fake->asked[2] << 8) +
			    fake->asked[3];
	}
	return len;
}

static void *
fake_run(void *cookie)
{
	struct fake *fake = cookie;

	for (size_t i = 0; i < fake->reply_count; i++) {
		int connection = accept(fake->listener, NULL, NULL);

		if (connection == -1)
			break;
		fake->asked_len = fake_hear(fake, connection);
		if (fake->reply[i].len > 0)
			(void)send(connection, fake->reply[i].data,
			    fake->reply[i].len, MSG_NOSIGNAL);
		/* Until the other side has had enough. */
		if (fake->mute)
			(void)recv(connection, fake->asked, 1, 0);
		close(connection);
	}
	return NULL;
}

static void
fake_begin(struct fake *fake)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strcpy(address.sun_path, "fake");
	(void)unlink("fake");
	fake->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fake->listener != -1);
	assert_int_equal(bind(fake->listener, (struct sockaddr *)&address,
	    sizeof address), 0);
	assert_int_equal(listen(fake->listener, 4), 0);
	setenv("SSH_AUTH_SOCK", "fake", 1);
	assert_int_equal(pthread_create(&fake->thread, NULL, fake_run, fake),
	    0);
}

static void
fake_end(struct fake *fake)
{
	shutdown(fake->listener, SHUT_RDWR);
	pthread_join(fake->thread, NULL);
	close(fake->listener);
	unsetenv("SSH_AUTH_SOCK");
}

/* A reply with its length before it. */
static void
framed(struct buffer *out, const struct buffer *reply)
{
	put_string(out, buffer_bytes(reply));
}

/*
 * Ask an agent that lists the key 1 and then answers the request to sign with
 * these bytes; err says how that went.
 */
static int
sign_with(struct bytes answer, struct fake *fake, struct error *err)
{
	struct buffer list = buffer_new(LIMIT_AGENT_MESSAGE);
	struct buffer first = buffer_new(LIMIT_AGENT_MESSAGE);
	struct signer *signer = NULL;
	struct signature signature;
	int result;

	memset(fake, 0, sizeof *fake);
	identities(&list, 1);
	framed(&first, &list);
	fake->reply[0] = buffer_bytes(&first);
	fake->reply[1] = answer;
	fake->reply_count = 2;
	fake_begin(fake);
	expect_fine(agent_signer(&signer, key_number(1), err), err);
	result = signer_sign(signer, bytes_of_text("message"), &signature,
	    err);
	fake_end(fake);
	signer_free(signer);
	buffer_free(&first);
	buffer_free(&list);
	return result;
}

/* The right answer to signing "message" with the key `number'. */
static void
right_answer(struct buffer *out, uint8_t number)
{
	struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
	struct signer *signer = signer_number(number);
	struct signature signature;
	struct error err;

	expect_fine(signer_sign(signer, bytes_of_text("message"), &signature,
	    &err), &err);
	sign_response(&reply, "ssh-ed25519", bytes_of(signature.byte, 64));
	framed(out, &reply);
	buffer_free(&reply);
	signer_free(signer);
}

static void
the_request_is_that_of_the_protocol(void **state)
{
	struct buffer answer = buffer_new(LIMIT_AGENT_MESSAGE);
	struct buffer wanted = buffer_new(LIMIT_AGENT_MESSAGE);
	struct buffer request = buffer_new(LIMIT_AGENT_MESSAGE);
	uint8_t wire[PUBLIC_KEY_WIRE_LEN];
	struct fake fake;
	struct error err;

	(void)state;
	right_answer(&answer, 1);
	expect_fine(sign_with(buffer_bytes(&answer), &fake, &err), &err);
	/* draft-ietf-sshm-ssh-agent: 13, key blob, data, flags. */
	public_key_wire(wire, key_number(1));
	buffer_byte(&wanted, 13);
	put_string(&wanted, bytes_of(wire, sizeof wire));
	put_string(&wanted, bytes_of_text("message"));
	put_u32(&wanted, 0);
	framed(&request, &wanted);
	assert_true(bytes_equal(bytes_of(fake.asked, fake.asked_len),
	    buffer_bytes(&request)));
	buffer_free(&answer);
	buffer_free(&wanted);
	buffer_free(&request);
}

static void
an_agent_that_signs_with_another_key_is_found_out(void **state)
{
	struct buffer answer = buffer_new(LIMIT_AGENT_MESSAGE);
	struct fake fake;
	struct error err;

	(void)state;
	right_answer(&answer, 2);
	assert_int_equal(sign_with(buffer_bytes(&answer), &fake, &err), -1);
	expect_said(&err, ERROR_SYSTEM, "does not verify");
	buffer_free(&answer);
}

static void
an_agent_that_hangs_up_at_any_byte_is_noticed(void **state)
{
	struct buffer answer = buffer_new(LIMIT_AGENT_MESSAGE);
	struct fake fake;
	struct error err;

	(void)state;
	right_answer(&answer, 1);
	for (size_t len = 0; len < answer.len; len++) {
		assert_int_equal(sign_with(bytes_of(answer.data, len), &fake,
		    &err), -1);
		expect_said(&err, ERROR_SYSTEM, "hung up");
	}
	buffer_free(&answer);
}

static void
replies_of_an_impossible_length_are_refused(void **state)
{
	static const uint32_t lengths[] = { 0, LIMIT_AGENT_MESSAGE + 1,
		0x7fffffff, 0xffffffff };
	struct fake fake;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		struct buffer answer = buffer_new(100);

		put_u32(&answer, lengths[i]);
		buffer_byte(&answer, 14);
		assert_int_equal(sign_with(buffer_bytes(&answer), &fake,
		    &err), -1);
		expect_said(&err, ERROR_SYSTEM, "malformed");
		buffer_free(&answer);
	}
}

static void
the_longest_reply_is_read(void **state)
{
	struct buffer answer = buffer_new(SIZE_MAX);
	struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
	struct fake fake = { .reply_count = 1 };
	struct error err;

	(void)state;
	put_u32(&answer, LIMIT_AGENT_MESSAGE);
	for (size_t i = 0; i < LIMIT_AGENT_MESSAGE; i++)
		buffer_byte(&answer, (uint8_t)(i * 7 >> 3));
	fake.reply[0] = buffer_bytes(&answer);
	fake_begin(&fake);
	expect_fine(agent_ask(&reply, bytes_of_text("x"), 60000, &err), &err);
	fake_end(&fake);
	assert_true(bytes_equal(buffer_bytes(&reply),
	    bytes_after(buffer_bytes(&answer), 4)));
	buffer_free(&answer);
	buffer_free(&reply);
}

static void
patience_ends_with_a_mute_agent(void **state)
{
	/* Nothing, or the beginning of something, or all but the end. */
	static const char *const said[] = { "", "\0\0", "\0\0\0\x05\x0c" };
	static const size_t said_len[] = { 0, 2, 5 };
	struct error err;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
		struct fake fake = { .reply_count = 1, .mute = true };
		int64_t begun = clock_monotonic_ns(), taken;

		fake.reply[0] = bytes_of(said[i], said_len[i]);
		fake_begin(&fake);
		assert_int_equal(agent_ask(&reply, bytes_of_text("x"), 30,
		    &err), -1);
		taken = clock_monotonic_ns() - begun;
		expect_said(&err, ERROR_SYSTEM, "did not answer in time");
		assert_true(taken >= 30000000);
		assert_int_equal(reply.len, 0);
		fake_end(&fake);
		buffer_free(&reply);
	}
}

static void
patience_ends_with_an_agent_that_does_not_listen(void **state)
{
	/* A listener that nobody accepts from: the request fills its queue. */
	struct buffer request = buffer_new(LIMIT_AGENT_MESSAGE);
	struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
	struct fake fake = { .reply_count = 0 };
	struct error err;

	(void)state;
	while (request.len < LIMIT_AGENT_MESSAGE - 100)
		buffer_text(&request, "0123456789abcdef0123456789abcdef");
	fake_begin(&fake);
	assert_int_equal(agent_ask(&reply, buffer_bytes(&request), 30, &err),
	    -1);
	expect_said(&err, ERROR_SYSTEM, "did not answer in time");
	fake_end(&fake);
	buffer_free(&request);
	buffer_free(&reply);
}

static void
too_long_a_message_is_not_sent(void **state)
{
	struct buffer answer = buffer_new(LIMIT_AGENT_MESSAGE);
	struct buffer list = buffer_new(LIMIT_AGENT_MESSAGE);
	struct fake fake = { .reply_count = 1 };
	struct signer *signer = NULL;
	struct signature signature;
	uint8_t *message = calloc(1, LIMIT_AGENT_MESSAGE);
	struct error err;

	(void)state;
	assert_non_null(message);
	identities(&list, 1);
	framed(&answer, &list);
	fake.reply[0] = buffer_bytes(&answer);
	fake_begin(&fake);
	expect_fine(agent_signer(&signer, key_number(1), &err), &err);
	assert_int_equal(signer_sign(signer, bytes_of(message,
	    LIMIT_AGENT_MESSAGE), &signature, &err), -1);
	expect_said(&err, ERROR_UNDECIDED, "request to the ssh-agent");
	fake_end(&fake);
	signer_free(signer);
	free(message);
	buffer_free(&answer);
	buffer_free(&list);
}

static int
descriptors_open(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

static void
no_descriptor_is_left_open(void **state)
{
	struct buffer answer = buffer_new(LIMIT_AGENT_MESSAGE);
	int before = descriptors_open();
	struct fake fake;
	struct error err;

	(void)state;
	right_answer(&answer, 1);
	expect_fine(sign_with(buffer_bytes(&answer), &fake, &err), &err);
	assert_int_equal(sign_with(bytes_of(answer.data, 9), &fake, &err),
	    -1);
	unsetenv("SSH_AUTH_SOCK");
	assert_false(agent_holds(key_number(1)));
	setenv("SSH_AUTH_SOCK", "absent", 1);
	assert_false(agent_holds(key_number(1)));
	unsetenv("SSH_AUTH_SOCK");
	assert_int_equal(descriptors_open(), before);
	buffer_free(&answer);
}

#define REAL(name) \
	cmocka_unit_test_setup_teardown(name, enter_ssh_agent, leave_ssh_agent)
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, place_enter, place_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REAL(a_key_in_ssh_agent_signs),
		REAL(a_key_that_ssh_agent_does_not_hold_is_named),
		REAL(a_key_taken_from_ssh_agent_no_longer_signs),
		REAL(a_confirmation_denied_is_no_signature),
		REAL(an_agent_that_has_ended_is_missed),
		TEST(without_an_agent_the_remedy_is_one),
		cmocka_unit_test(a_key_is_found_among_others),
		cmocka_unit_test(no_part_of_a_list_is_a_list),
		cmocka_unit_test(lengths_that_do_not_fit_are_refused),
		cmocka_unit_test(a_signature_is_taken_from_its_reply),
		cmocka_unit_test(other_signatures_are_refused),
		cmocka_unit_test(nothing_comes_behind_a_signature),
		cmocka_unit_test(a_failure_is_told_apart),
		TEST(the_request_is_that_of_the_protocol),
		TEST(an_agent_that_signs_with_another_key_is_found_out),
		TEST(an_agent_that_hangs_up_at_any_byte_is_noticed),
		TEST(replies_of_an_impossible_length_are_refused),
		TEST(the_longest_reply_is_read),
		TEST(patience_ends_with_a_mute_agent),
		TEST(patience_ends_with_an_agent_that_does_not_listen),
		TEST(too_long_a_message_is_not_sent),
		TEST(no_descriptor_is_left_open),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
