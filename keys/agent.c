#include "keys/agent.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "base/memory.h"

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
	*value = (uint32_t)rest->data[0] << 24 |
	    (uint32_t)rest->data[1] << 16 | (uint32_t)rest->data[2] << 8 |
	    rest->data[3];
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
agent_parse_identities(bool *found, struct public_key key,
    struct bytes reply, struct error *err)
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
		if (!take_string(&rest, &blob) ||
		    !take_string(&rest, &comment))
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
	int descriptor = -1;

	if (path == NULL || *path == '\0')
		return no_agent(err);
	if (strlen(path) >= sizeof address.sun_path)
		return error_set(err, ERROR_UNDECIDED, NULL,
		    "SSH_AUTH_SOCK is too long");
	memcpy(address.sun_path, path, strlen(path) + 1);
	descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (descriptor == -1)
		return error_errno(err, "cannot make a socket");
	if (connect(descriptor, (struct sockaddr *)&address,
	    sizeof address) == -1) {
		close(descriptor);
		return no_agent(err);
	}
	*out = descriptor;
	return 0;
}

static int
send_all(int descriptor, struct bytes message, struct error *err)
{
	while (message.len > 0) {
		ssize_t n = send(descriptor, message.data, message.len,
		    MSG_NOSIGNAL);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_errno(err, "cannot ask the ssh-agent");
		message = bytes_after(message, (size_t)n);
	}
	return 0;
}

static int
receive(int descriptor, uint8_t *out, size_t len, struct error *err)
{
	struct pollfd ready = { .fd = descriptor, .events = POLLIN };

	while (len > 0) {
		ssize_t n;
		int count = poll(&ready, 1, PATIENCE_MS);

		if (count == -1 && errno == EINTR)
			continue;
		if (count == 0)
			return error_set(err, ERROR_SYSTEM,
			    "confirm when the agent asks, or restart it",
			    "the ssh-agent did not answer in two minutes");
		n = recv(descriptor, out, len, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return error_errno(err, "cannot hear the ssh-agent");
		if (n == 0)
			return error_set(err, ERROR_SYSTEM,
			    "restart the ssh-agent",
			    "the ssh-agent hung up");
		out += n;
		len -= (size_t)n;
	}
	return 0;
}

/* One request and its reply, over a connection of its own. */
static int
converse(struct buffer *reply, struct bytes request, struct error *err)
{
	uint8_t head[4];
	struct bytes head_bytes = bytes_of(head, sizeof head);
	uint32_t len;
	uint8_t *room;
	int descriptor = -1;
	int result = -1;

	for (int i = 0; i < 4; i++)
		head[i] = (uint8_t)(request.len >> (24 - 8 * i));
	if (connect_agent(&descriptor, err) == -1)
		return -1;
	if (send_all(descriptor, head_bytes, err) == -1 ||
	    send_all(descriptor, request, err) == -1 ||
	    receive(descriptor, head, sizeof head, err) == -1)
		goto done;
	take_u32(&head_bytes, &len);
	if (len == 0 || len > LIMIT_AGENT_MESSAGE) {
		malformed(err);
		goto done;
	}
	if ((room = buffer_room(reply, len)) == NULL) {
		buffer_check(reply, "agent's reply", err);
		goto done;
	}
	if (receive(descriptor, room, len, err) == -1)
		goto done;
	buffer_added(reply, len);
	result = 0;
done:
	close(descriptor);
	return result;
}

static int
lists_key(bool *found, struct public_key key, struct error *err)
{
	static const uint8_t request[] = { REQUEST_IDENTITIES };
	struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
	int result = -1;

	if (converse(&reply, bytes_of(request, sizeof request), err) == 0)
		result = agent_parse_identities(found, key,
		    buffer_bytes(&reply), err);
	buffer_free(&reply);
	return result;
}

static void
append_string(struct buffer *out, struct bytes string)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buffer_byte(out, (uint8_t)(string.len >> shift));
	buffer_append(out, string);
}

static int
sign(void *cookie, struct bytes message, struct signature *out,
    struct error *err)
{
	const struct public_key *key = cookie;
	struct buffer request = buffer_new(LIMIT_AGENT_MESSAGE);
	struct buffer reply = buffer_new(LIMIT_AGENT_MESSAGE);
	uint8_t wire[PUBLIC_KEY_WIRE_LEN];
	static const uint8_t no_flags[4];
	int result = -1;

	public_key_wire(wire, *key);
	buffer_byte(&request, SIGN_REQUEST);
	append_string(&request, bytes_of(wire, sizeof wire));
	append_string(&request, message);
	buffer_append(&request, bytes_of(no_flags, sizeof no_flags));
	if (buffer_check(&request, "request to the agent", err) == 0 &&
	    converse(&reply, buffer_bytes(&request), err) == 0)
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
		    "add it with `ssh-add'",
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
