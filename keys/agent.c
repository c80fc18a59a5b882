#include "keys/agent.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "keys/agent_internal.h"

/* draft-ietf-sshm-ssh-agent, "Protocol numbers". */
#define REQUEST_IDENTITIES 11
#define IDENTITIES_ANSWER 12
#define SIGN_REQUEST 13
#define SIGN_RESPONSE 14
#define AGENT_FAILURE 5

/* An agent may ask a person before it signs. */
#define PATIENCE_MS 120000

static int
malformed(struct error *err)
{
	return error_set(err, ERROR_SYSTEM, "restart the ssh-agent",
	    "the ssh-agent's reply is malformed");
}

static bool
take_u32(struct bytes *rest, uint32_t *value)
{
	if (rest->len < 4)
		return false;
	*value = (uint32_t)rest->data[0] << 24 | (uint32_t)rest->data[1] << 16 |
	    (uint32_t)rest->data[2] << 8 | rest->data[3];
	*rest = bytes_after(*rest, 4);
	return true;
}

static bool
take_string(struct bytes *rest, struct bytes *string)
{
	uint32_t len;

	if (!take_u32(rest, &len) || len > rest->len)
		return false;
	*string = bytes_of(rest->data, len);
	*rest = bytes_after(*rest, len);
	return true;
}

int
agent_parse_identities(bool *found, struct public_key key, struct bytes reply,
    struct error *err)
{
	uint8_t wire[PUBLIC_KEY_WIRE_LEN];
	struct bytes rest, blob, comment;
	bool here = false;
	uint32_t count;

	public_key_wire(wire, key);
	if (reply.len < 1)
		return malformed(err);
	if (reply.data[0] == AGENT_FAILURE)
		return error_set(err, ERROR_SYSTEM, "unlock it: `ssh-add -X'",
		    "the ssh-agent refuses to list its keys");
	rest = bytes_after(reply, 1);
	if (reply.data[0] != IDENTITIES_ANSWER || !take_u32(&rest, &count))
		return malformed(err);
	for (uint32_t i = 0; i < count; i++) {
		if (!take_string(&rest, &blob) || !take_string(&rest, &comment))
			return malformed(err);
		if (bytes_equal(blob, bytes_of(wire, sizeof wire)))
			here = true;
	}
	if (rest.len != 0)
		return malformed(err);
	*found = here;
	return 0;
}

int
agent_parse_signature(struct signature *out, struct bytes reply,
    struct error *err)
{
	struct bytes rest, whole, type, blob;

	if (reply.len < 1)
		return malformed(err);
	if (reply.data[0] == AGENT_FAILURE)
		return error_set(err, ERROR_SYSTEM,
		    "add the key again (`ssh-add') and confirm when asked",
		    "the ssh-agent refuses to sign with that key");
	rest = bytes_after(reply, 1);
	if (reply.data[0] != SIGN_RESPONSE || !take_string(&rest, &whole) ||
	    rest.len != 0 || !take_string(&whole, &type) ||
	    !take_string(&whole, &blob) || whole.len != 0 ||
	    !bytes_equal(type, bytes_of_text("ssh-ed25519")) ||
	    blob.len != SIGNATURE_LEN)
		return malformed(err);
	memcpy(out->byte, blob.data, SIGNATURE_LEN);
	return 0;
}

static int
no_agent(struct error *err)
{
	return error_set(err, ERROR_UNDECIDED,
	    "start one: eval $(ssh-agent), then ssh-add",
	    "there is no ssh-agent (SSH_AUTH_SOCK)");
}

static int
connect_agent(int *out, struct error *err)
{
	const char *path = getenv("SSH_AUTH_SOCK");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int descriptor;

	if (path == NULL || *path == '\0')
		return no_agent(err);
	if (strlen(path) >= sizeof address.sun_path)
		return error_set(err, ERROR_UNDECIDED,
		    "let the ssh-agent use a shorter path (ssh-agent -a)",
		    "SSH_AUTH_SOCK is too long");
	memcpy(address.sun_path, path, strlen(path) + 1);
	descriptor =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (descriptor == -1)
		return error_errno(err, "cannot make a socket");
	if (connect(descriptor, (struct sockaddr *)&address, sizeof address) ==
	    -1) {
		if (errno == ENOENT || errno == ECONNREFUSED ||
		    errno == ENOTDIR)
			no_agent(err);
		else
			error_errno(err, "cannot reach the ssh-agent");
		close(descriptor);
		return -1;
	}
	*out = descriptor;
	return 0;
}

/* An open conversation, and when patience with it ends. */
struct conversation {
	int descriptor;
	int64_t deadline_ns;
};

static int
wait_for(const struct conversation *with, short events, struct error *err)
{
	struct pollfd ready = { .fd = with->descriptor, .events = events };

	for (;;) {
		int64_t left = with->deadline_ns - clock_monotonic_ns();
		int count;

		if (left <= 0)
			return error_set(err, ERROR_SYSTEM,
			    "confirm when the agent asks, or restart it",
			    "the ssh-agent did not answer in time");
		/* Rounded up, so that the last wait is no busy one. */
		count = poll(&ready, 1, (int)(left / 1000000 + 1));
		if (count > 0)
			return 0;
		if (count == -1 && errno != EINTR)
			return error_errno(err,
			    "cannot wait for the ssh-agent");
	}
}

static int
send_all(const struct conversation *with, struct bytes message,
    struct error *err)
{
	while (message.len > 0) {
		ssize_t n;

		if (wait_for(with, POLLOUT, err) == -1)
			return -1;
		n = send(with->descriptor, message.data, message.len,
		    MSG_NOSIGNAL);
		if (n == -1 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n == -1)
			return error_errno(err, "cannot ask the ssh-agent");
		message = bytes_after(message, (size_t)n);
	}
	return 0;
}

static int
receive_all(const struct conversation *with, uint8_t *out, size_t len,
    struct error *err)
{
	while (len > 0) {
		ssize_t n;

		if (wait_for(with, POLLIN, err) == -1)
			return -1;
		n = recv(with->descriptor, out, len, 0);
		if (n == -1 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n == -1)
			return error_errno(err, "cannot hear the ssh-agent");
		if (n == 0)
			return error_set(err, ERROR_SYSTEM,
			    "restart the ssh-agent", "the ssh-agent hung up");
		out += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
receive_reply(struct buffer *reply, const struct conversation *with,
    struct error *err)
{
	uint8_t head[4], *room;
	struct bytes head_bytes = bytes_of(head, sizeof head);
	uint32_t len;

	if (receive_all(with, head, sizeof head, err) == -1)
		return -1;
	take_u32(&head_bytes, &len);
	if (len == 0 || len > LIMIT_AGENT_MESSAGE)
		return malformed(err);
	if ((room = buffer_room(reply, len)) == NULL)
		return buffer_check(reply, "agent's reply", err);
	if (receive_all(with, room, len, err) == -1)
		return -1;
	buffer_added(reply, len);
	return 0;
}

static void
append_u32(struct buffer *out, size_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buffer_byte(out, (uint8_t)(value >> shift));
}

static void
append_string(struct buffer *out, struct bytes string)
{
	append_u32(out, string.len);
	buffer_append(out, string);
}

int
agent_ask(struct buffer *reply, struct bytes request, int64_t patience_ms,
    struct error *err)
{
	struct buffer message = buffer_new(LIMIT_AGENT_MESSAGE + 4);
	struct conversation with = { .descriptor = -1 };
	int result = -1;

	append_string(&message, request);
	if (buffer_check(&message, "request to the ssh-agent", err) == -1 ||
	    connect_agent(&with.descriptor, err) == -1)
		goto done;
	with.deadline_ns = clock_monotonic_ns() + patience_ms * 1000000;
	if (send_all(&with, buffer_bytes(&message), err) == -1 ||
	    receive_reply(reply, &with, err) == -1)
		goto done;
	result = 0;
done:
	if (with.descriptor != -1)
		close(with.descriptor);
	buffer_free(&message);
	return result;
}

static int
lists_key(bool *found, struct public_key key, struct error *err)
{
	static const uint8_t request[] = { REQUEST_IDENTITIES };
	struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
	int result = -1;

	if (agent_ask(&reply, bytes_of(request, sizeof request), PATIENCE_MS,
		err) == 0)
		result = agent_parse_identities(found, key,
		    buffer_bytes(&reply), err);
	buffer_free(&reply);
	return result;
}

static int
sign(void *cookie, struct bytes message, struct signature *out,
    struct error *err)
{
	const struct public_key *key = cookie;
	struct buffer request = buffer_new(LIMIT_AGENT_MESSAGE);
	struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
	uint8_t wire[PUBLIC_KEY_WIRE_LEN];
	int result = -1;

	public_key_wire(wire, *key);
	buffer_byte(&request, SIGN_REQUEST);
	append_string(&request, bytes_of(wire, sizeof wire));
	append_string(&request, message);
	append_u32(&request, 0); /* Flags: Ed25519 has none. */
	if (buffer_check(&request, "request to the ssh-agent", err) == 0 &&
	    agent_ask(&reply, buffer_bytes(&request), PATIENCE_MS, err) == 0)
		result = agent_parse_signature(out, buffer_bytes(&reply), err);
	buffer_free(&request);
	buffer_free(&reply);
	return result;
}

int
agent_signer(struct signer **out, struct public_key key, struct error *err)
{
	static const struct signer_backend backend = { sign, memory_free };
	struct public_key *copy;
	bool found = false;

	if (lists_key(&found, key, err) == -1)
		return -1;
	if (!found)
		return error_set(err, ERROR_UNDECIDED,
		    "add it: `ssh-add PATH', of its private key",
		    "the ssh-agent does not hold the key %s",
		    public_key_fingerprint(key).text);
	if ((copy = memory_new(1, sizeof *copy)) == NULL)
		return error_memory(err);
	*copy = key;
	if (signer_from_backend(out, key, &backend, copy, err) == -1) {
		memory_free(copy);
		return -1;
	}
	return 0;
}

bool
agent_holds(struct public_key key)
{
	struct error ignored;
	bool found = false;

	return lists_key(&found, key, &ignored) == 0 && found;
}
