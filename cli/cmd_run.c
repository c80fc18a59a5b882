#include <errno.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "capture/events.h"
#include "capture/process.h"
#include "capture/surroundings.h"
#include "cli/cmd.h"
#include "cli/compose.h"
#include "cli/options.h"

struct run_options {
	const char *name;
	const char *experiment;
	const char *params;
	const char *metrics;
	const char *note;
	struct option_list inputs;
	struct option_list outputs;
	struct option_list parameters;
	struct option_list tags;
	bool with_host;
};

static const struct option options[] = {
	{ "name", 'n', OPTION_TEXT, offsetof(struct run_options, name), "NAME",
	    "what to call it (the command's name); numbered by itself", NULL,
	    false },
	{ "experiment", 'e', OPTION_TEXT,
	    offsetof(struct run_options, experiment), "NAME",
	    "the experiment it belongs to", NULL, false },
	{ "input", 'i', OPTION_LIST, offsetof(struct run_options, inputs),
	    "PATH", "a file or folder that it uses", NULL, false },
	{ "output", 'o', OPTION_LIST, offsetof(struct run_options, outputs),
	    "PATH", "a file or folder that it makes", NULL, false },
	{ "param", 'p', OPTION_LIST, offsetof(struct run_options, parameters),
	    "K=V", "a parameter", NULL, false },
	{ "params", 0, OPTION_TEXT, offsetof(struct run_options, params),
	    "FILE", "parameters, as a JSON object", NULL, false },
	{ "metrics", 0, OPTION_TEXT, offsetof(struct run_options, metrics),
	    "FILE", "metrics that the command leaves there, as a JSON object",
	    NULL, false },
	{ "tag", 't', OPTION_LIST, offsetof(struct run_options, tags), "K=V",
	    "a label", NULL, false },
	{ "note", 0, OPTION_TEXT, offsetof(struct run_options, note), "TEXT",
	    "a remark", NULL, false },
	{ "with-host", 0, OPTION_FLAG, offsetof(struct run_options, with_host),
	    NULL, "record the names of the machine and the user", NULL, false },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, NULL, false },
};

/* Contents to be kept beside the record. */
struct kept {
	struct bytes *content;
	size_t count;
	size_t capacity;
};

struct watched {
	struct context *context;
	const struct run_options *options;
	struct session_write session;
	char *const *argv;
	char name[LIMIT_NAME + 1];
	char *version;
	struct events *events;
	struct artefact *input;
	size_t input_count;
	struct json *inputs; /* As recorded when it started. */
	char *folder; /* Private; holds the file of events. */
	char *events_path;
	struct digest start_leaf;
	uint64_t start_seq;
	struct process_result result;
	bool ran;
};

static int
keep(void *cookie, struct bytes content, struct digest digest,
    struct error *err)
{
	struct kept *kept = cookie;
	struct bytes *grown;
	char *copy;

	(void)digest;
	grown = memory_grow(kept->content, &kept->capacity, kept->count + 1,
	    sizeof *grown);
	if (grown == NULL)
		return error_memory(err);
	kept->content = grown;
	if ((copy = memory_text_of(content)) == NULL)
		return error_memory(err);
	kept->content[kept->count++] = bytes_of(copy, content.len);
	return 0;
}

static void
kept_free(struct kept *kept)
{
	for (size_t i = 0; i < kept->count; i++)
		memory_free((void *)(uintptr_t)kept->content[i].data);
	memory_free(kept->content);
	memset(kept, 0, sizeof *kept);
}

/* "train" of "python3 src/train.py". */
static void
name_of_command(char out[LIMIT_NAME + 1], char *const argv[])
{
	const char *chosen = argv[0];
	const char *base;
	size_t len = 0;

	for (int i = 1; argv[i] != NULL; i++) {
		size_t n = strlen(argv[i]);

		if (argv[i][0] != '-' && n > 3 &&
		    (strcmp(argv[i] + n - 3, ".py") == 0 ||
			strcmp(argv[i] + n - 2, ".R") == 0 ||
			strcmp(argv[i] + n - 3, ".sh") == 0 ||
			strcmp(argv[i] + n - 3, ".jl") == 0)) {
			chosen = argv[i];
			break;
		}
	}
	base = strrchr(chosen, '/');
	base = base == NULL ? chosen : base + 1;
	for (; *base != '\0' && *base != '.' && len < 100; base++) {
		char c = *base;

		out[len] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_' || c == '-'
		    ? c
		    : '-';
		len++;
	}
	out[len] = '\0';
	if (len == 0 || out[0] == '-' || out[0] == '_')
		memcpy(out, "run", 4);
}

static int
measure_inputs(struct watched *watched, struct error *err)
{
	const struct option_list *list = &watched->options->inputs;

	if (list->count == 0)
		return 0;
	watched->input = memory_new(list->count, sizeof *watched->input);
	if (watched->input == NULL)
		return error_memory(err);
	if (compose_measure(watched->input, list->item, list->count,
		watched->context, buffer_string(&watched->session.store_path),
		err) == -1)
		return -1;
	watched->input_count = list->count;
	return 0;
}

/* A list of artefacts as JSON; manifests are to be kept. */
static int
artefact_list(struct json **out, const struct artefact *artefacts, size_t count,
    struct kept *kept, struct error *err)
{
	struct json *list = json_new_list();

	if (list == NULL)
		return error_memory(err);
	for (size_t i = 0; i < count; i++) {
		if (json_push(list, artefact_json(&artefacts[i]), err) == -1 ||
		    (artefacts[i].folder &&
			keep(kept, buffer_bytes(&artefacts[i].manifest),
			    artefacts[i].digest, err) == -1)) {
			json_free(list);
			return -1;
		}
	}
	*out = list;
	return 0;
}

static int
put_command(struct json *members, char *const argv[], struct error *err)
{
	struct json *list = json_new_list();

	if (list == NULL)
		return error_memory(err);
	for (int i = 0; argv[i] != NULL; i++) {
		/* What is not text cannot be said in JSON. */
		struct buffer shown = buffer_new((size_t)1 << 20);
		int pushed;

		if (text_is_utf8(bytes_of_text(argv[i])) && argv[i][0] != '\0')
			buffer_text(&shown, argv[i]);
		else
			text_show(&shown, bytes_of_text(argv[i]));
		if (shown.len == 0)
			buffer_text(&shown, "''");
		pushed = json_push(list, json_new_text_of(buffer_bytes(&shown)),
		    err);
		buffer_free(&shown);
		if (pushed == -1) {
			json_free(list);
			return -1;
		}
	}
	return json_put(members, "command", list, err);
}

static int
put_surroundings(struct watched *watched, struct json *members,
    struct error *err)
{
	struct json *code = NULL, *environment = NULL;
	const struct passwd *user = getpwuid(geteuid());
	char host[256] = "";

	if (surroundings_code(&code, ".", err) == -1)
		return -1;
	if (code != NULL && json_put(members, "code", code, err) == -1)
		return -1;
	if (surroundings_environment(&environment, watched->argv, ".",
		VOUCH_VERSION, err) == -1)
		return -1;
	if (environment != NULL &&
	    json_put(members, "environment", environment, err) == -1)
		return -1;
	if (!watched->options->with_host)
		return 0;
	gethostname(host, sizeof host - 1);
	if (compose_text(members, "host", host, err) == -1)
		return -1;
	return compose_text(members, "user",
	    user == NULL ? NULL : user->pw_name, err);
}

/* What both records of a run begin with. */
static int
begin_members(struct watched *watched, const char *phase, struct json **out,
    struct error *err)
{
	struct json *members = json_new_object();

	if (members == NULL)
		return error_memory(err);
	if (json_put(members, "phase", json_new_text(phase), err) == -1 ||
	    compose_text(members, "experiment", watched->options->experiment,
		err) == -1 ||
	    compose_text(members, "name", watched->name, err) == -1 ||
	    compose_text(members, "version", watched->version, err) == -1) {
		json_free(members);
		return -1;
	}
	*out = members;
	return 0;
}

static int
start_members(struct watched *watched, struct json **out, struct kept *kept,
    struct error *err)
{
	struct json *members = NULL;
	char started[TIME_LEN + 1];

	memcpy(started, time_format(clock_now_ms()).text, sizeof started);
	if (begin_members(watched, "start", &members, err) == -1)
		return -1;
	if (put_command(members, watched->argv, err) == -1 ||
	    put_surroundings(watched, members, err) == -1 ||
	    events_write(watched->events, members, keep, kept, err) == -1)
		goto failed;
	/* Nothing has been said through VOUCH_EVENTS yet. */
	json_free(json_take(members, "events"));
	json_free(json_take(members, "metrics"));
	if (watched->input_count > 0) {
		if (artefact_list(&watched->inputs, watched->input,
			watched->input_count, kept, err) == -1 ||
		    json_put(members, "inputs", json_copy(watched->inputs),
			err) == -1)
			goto failed;
	}
	if (compose_pairs(members, "tags", &watched->options->tags, "tag",
		false, err) == -1 ||
	    compose_text(members, "note", watched->options->note, err) == -1 ||
	    json_put(members, "started_at", json_new_text(started), err) == -1)
		goto failed;
	*out = members;
	return 0;
failed:
	json_free(members);
	return -1;
}

static int
record_members(struct watched *watched, struct json *members,
    const struct kept *kept, uint64_t *seq, struct digest *leaf,
    struct error *err)
{
	struct json *subjects = NULL;
	int result = -1;

	if (record_subjects(&subjects, kind_named("run"),
		appender_checkpoint(watched->session.appender)->origin, members,
		NULL, err) == 0)
		result = session_record(&watched->session, "run", subjects,
		    members, kept->content, kept->count, seq, leaf, err);
	json_free(subjects);
	return result;
}

static int
record_start(struct watched *watched, struct error *err)
{
	struct kept kept = { NULL, 0, 0 };
	struct json *members = NULL;
	int result = -1;

	if (compose_next_version(&watched->version, &watched->session, "run",
		watched->name, err) == -1)
		return -1;
	if (start_members(watched, &members, &kept, err) == 0)
		result = record_members(watched, members, &kept,
		    &watched->start_seq, &watched->start_leaf, err);
	session_release_numbers(&watched->session);
	json_free(members);
	kept_free(&kept);
	return result;
}

static int
make_events_file(struct watched *watched, struct error *err)
{
	const char *base = getenv("TMPDIR");
	struct buffer path = buffer_new(8192);
	int result = -1;

	buffer_printf(&path, "%s/vouch-run.XXXXXX",
	    base == NULL || *base == '\0' ? "/tmp" : base);
	if (buffer_check(&path, "path", err) == -1)
		goto done;
	if (mkdtemp((char *)path.data) == NULL) {
		error_errno(err, "cannot make a folder for the run's events");
		goto done;
	}
	watched->folder = memory_text(buffer_string(&path));
	buffer_text(&path, "/events");
	watched->events_path = memory_text(buffer_string(&path));
	if (watched->folder == NULL || watched->events_path == NULL) {
		error_memory(err);
		goto done;
	}
	result =
	    file_create(watched->events_path, bytes_of(NULL, 0), 0600, err);
done:
	buffer_free(&path);
	return result;
}

static int
watch(struct watched *watched, struct error *err)
{
	struct buffer events = buffer_new(8192), name = buffer_new(1024);
	const char *extra[3] = { NULL, NULL, NULL };
	int result = -1;

	buffer_printf(&events, "VOUCH_EVENTS=%s", watched->events_path);
	buffer_printf(&name, "VOUCH_RUN=run/%s@%s", watched->name,
	    watched->version);
	if (buffer_check(&events, "path", err) == 0 &&
	    buffer_check(&name, "name", err) == 0) {
		extra[0] = buffer_string(&events);
		extra[1] = buffer_string(&name);
		result =
		    process_watch(&watched->result, watched->argv, extra, err);
	}
	buffer_free(&events);
	buffer_free(&name);
	return result;
}

/* A remark for the record's note, and for the person.  What it is about may
 * be the name of a file, which has any bytes. */
static void
remark(const struct watched *watched, struct buffer *note, const char *text,
    const char *about)
{
	struct buffer shown = buffer_new(8192);

	buffer_printf(&shown, "%s: ", text);
	text_show(&shown, bytes_of_text(about));
	if (note->len > 0)
		buffer_text(note, "; ");
	buffer_text(note, buffer_string(&shown));
	if (!watched->context->quiet)
		fprintf(stderr, "vouch: %s\n", buffer_string(&shown));
	buffer_free(&shown);
}

/* Inputs are measured again: a run whose data changed under it says so. */
static void
check_inputs(struct watched *watched, struct buffer *note)
{
	const struct option_list *list = &watched->options->inputs;
	struct error err;

	for (size_t i = 0; i < watched->input_count; i++) {
		struct artefact now;
		bool same;

		if (compose_measure(&now, &list->item[i], 1, watched->context,
			buffer_string(&watched->session.store_path),
			&err) == -1) {
			remark(watched, note,
			    "input could not be measured again", err.what);
			continue;
		}
		same = digest_equal(now.digest, watched->input[i].digest);
		artefact_free(&now);
		if (same)
			continue;
		remark(watched, note, "input changed during the run",
		    list->item[i]);
	}
}

/* Outputs by option and by event; one that is not there is a remark. */
static int
measure_outputs(struct watched *watched, struct json *members,
    struct kept *kept, struct buffer *note, struct error *err)
{
	size_t named = watched->options->outputs.count;
	size_t told = events_output_count(watched->events);
	struct json *list = json_new_list();

	if (list == NULL)
		return error_memory(err);
	for (size_t i = 0; i < named + told; i++) {
		const char *path = i < named
		    ? watched->options->outputs.item[i]
		    : events_output(watched->events, i - named);
		struct artefact made;
		struct error finding;
		int pushed;

		if (compose_measure(&made, &path, 1, watched->context,
			buffer_string(&watched->session.store_path),
			&finding) == -1) {
			remark(watched, note, "output missing", finding.what);
			continue;
		}
		pushed = json_push(list, artefact_json(&made), err);
		if (pushed == 0 && made.folder)
			pushed = keep(kept, buffer_bytes(&made.manifest),
			    made.digest, err);
		artefact_free(&made);
		if (pushed == -1) {
			json_free(list);
			return -1;
		}
	}
	if (json_count(list) == 0) {
		json_free(list);
		return 0;
	}
	return json_put(members, "outputs", list, err);
}

static const char *
status_word(const struct process_result *result)
{
	if (result->interrupted)
		return "interrupted";
	return result->exit_status == 0 ? "finished" : "failed";
}

static int
put_stream(struct json *members, const char *name,
    const struct process_stream *stream, struct error *err)
{
	struct json *made = json_new_object();

	if (made == NULL)
		return error_memory(err);
	if (json_put(made, "digest",
		json_new_text(digest_hex(stream->digest).text), err) == -1 ||
	    json_put(made, "size", json_new_integer((int64_t)stream->size),
		err) == -1) {
		json_free(made);
		return -1;
	}
	return json_put(members, name, made, err);
}

static double
rounded(double seconds)
{
	return (double)(int64_t)(seconds * 1000 + 0.5) / 1000;
}

static int
put_result(struct json *members, const struct process_result *result,
    struct error *err)
{
	if (json_put(members, "status", json_new_text(status_word(result)),
		err) == -1)
		return -1;
	if (result->signal == 0
		? json_put(members, "exit_status",
		      json_new_integer(result->exit_status), err) == -1
		: json_put(members, "signal", json_new_integer(result->signal),
		      err) == -1)
		return -1;
	if (json_put(members, "started_at",
		json_new_text(time_format(result->started_ms).text),
		err) == -1 ||
	    json_put(members, "ended_at",
		json_new_text(time_format(result->ended_ms).text), err) == -1 ||
	    json_put(members, "wall_seconds",
		json_new_number(rounded(result->wall_seconds)), err) == -1 ||
	    json_put(members, "cpu_seconds",
		json_new_number(rounded(result->cpu_seconds)), err) == -1 ||
	    json_put(members, "peak_memory_bytes",
		json_new_integer((int64_t)result->peak_memory_bytes),
		err) == -1)
		return -1;
	if (put_stream(members, "stdout", &result->out, err) == -1)
		return -1;
	return put_stream(members, "stderr", &result->err, err);
}

/* --metrics FILE: an object of numbers that the command left behind. */
static int
put_metrics_file(struct watched *watched, struct json *members,
    struct buffer *note, struct error *err)
{
	struct json *file = json_new_object();
	struct json *metrics = json_take(members, "metrics");
	struct error finding;

	if (file == NULL ||
	    (metrics == NULL && (metrics = json_new_object()) == NULL)) {
		json_free(file);
		return error_memory(err);
	}
	if (compose_file(file, watched->options->metrics, &finding) == -1) {
		remark(watched, note, "metrics file not read", finding.what);
	}
	for (const struct json *m = json_first(file); m != NULL;
	     m = json_next(m)) {
		if (json_type(m) != JSON_NUMBER ||
		    json_member(metrics, json_name(m)) != NULL)
			continue;
		if (json_put(metrics, json_name(m), json_copy(m), err) == -1) {
			json_free(file);
			json_free(metrics);
			return -1;
		}
	}
	json_free(file);
	if (json_count(metrics) == 0) {
		json_free(metrics);
		return 0;
	}
	return json_put(members, "metrics", metrics, err);
}

static int
end_members(struct watched *watched, struct json **out, struct kept *kept,
    struct error *err)
{
	struct buffer note = buffer_new(8192);
	struct json *members = NULL;
	int result = -1;

	if (begin_members(watched, "end", &members, err) == -1)
		goto done;
	if (json_put(members, "started",
		json_new_text(digest_hex(watched->start_leaf).text),
		err) == -1 ||
	    events_write(watched->events, members, keep, kept, err) == -1 ||
	    put_result(members, &watched->result, err) == -1)
		goto done;
	if (watched->inputs != NULL &&
	    json_put(members, "inputs", json_copy(watched->inputs), err) == -1)
		goto done;
	check_inputs(watched, &note);
	if (measure_outputs(watched, members, kept, &note, err) == -1)
		goto done;
	if (watched->options->metrics != NULL &&
	    put_metrics_file(watched, members, &note, err) == -1)
		goto done;
	if (compose_pairs(members, "tags", &watched->options->tags, "tag",
		false, err) == -1)
		goto done;
	if (note.len > 0) {
		json_free(json_take(members, "note"));
		if (compose_text(members, "note", buffer_string(&note), err) ==
		    -1)
			goto done;
	}
	result = 0;
done:
	buffer_free(&note);
	if (result == 0)
		*out = members;
	else
		json_free(members);
	return result;
}

/* What could not be recorded is kept in a file, for `vouch record'. */
static void
save_unrecorded(struct watched *watched, const struct json *members,
    struct error *err)
{
	struct buffer path = buffer_new(8192),
		      text = buffer_new(LIMIT_JSON_LINE);
	const char *store = buffer_string(&watched->session.store_path);
	const char *slash = strrchr(store, '/');
	struct error ignored;

	if (members == NULL)
		goto done;
	if (slash != NULL)
		buffer_append(&path,
		    bytes_of(store, (size_t)(slash - store) + 1));
	buffer_printf(&path, "unsaved-%s-%s.json", watched->name,
	    watched->version);
	for (char *at =
		 (char *)path.data + (slash == NULL ? 0 : slash - store + 1);
	     *at != '\0'; at++) {
		if (*at == '/')
			*at = '-';
	}
	buffer_text(&text, "{\"kind\":\"run\",\"predicate\":");
	json_write(&text, members);
	buffer_text(&text, "}\n");
	if (file_write(buffer_string(&path), buffer_bytes(&text), 0600,
		&ignored) == 0)
		snprintf(err->remedy, sizeof err->remedy,
		    "the run is over; record it later: vouch record %.300s",
		    buffer_string(&path));
done:
	buffer_free(&path);
	buffer_free(&text);
}

static int
record_end(struct watched *watched, struct error *err)
{
	struct kept kept = { NULL, 0, 0 };
	struct json *members = NULL;
	struct buffer title = buffer_new(1024);
	struct digest leaf;
	uint64_t seq;
	int result = -1;

	if (end_members(watched, &members, &kept, err) == 0)
		result =
		    record_members(watched, members, &kept, &seq, &leaf, err);
	if (result == 0) {
		buffer_printf(&title, "run/%s@%s", watched->name,
		    watched->version);
		if (!watched->context->quiet || watched->context->json) {
			fflush(stdout);
			session_say_recorded(watched->context, "run",
			    buffer_string(&title), seq, leaf);
		}
	} else {
		save_unrecorded(watched, members, err);
	}
	buffer_free(&title);
	json_free(members);
	kept_free(&kept);
	return result;
}

static void
say_refused_events(const struct watched *watched)
{
	uint64_t refused = events_refused_count(watched->events);

	if (refused == 0 || watched->context->quiet)
		return;
	fprintf(stderr,
	    "vouch: %llu line%s of VOUCH_EVENTS not understood; "
	    "the first: %s\n",
	    (unsigned long long)refused, refused == 1 ? "" : "s",
	    events_first_refusal(watched->events));
}

static int
take_parameters(struct watched *watched, struct error *err)
{
	const struct run_options *given = watched->options;

	for (size_t i = 0; i < given->parameters.count; i++) {
		const char *value;
		char *name;
		int result;

		if (option_split(&name, &value, given->parameters.item[i],
			"param", err) == -1)
			return -1;
		result = events_parameter(watched->events, name, value, err);
		memory_free(name);
		if (result == -1)
			return -1;
	}
	if (given->params != NULL) {
		struct json *file = json_new_object();
		struct buffer line = buffer_new(LIMIT_JSON_LINE);
		int result = -1;

		if (file == NULL)
			error_memory(err);
		else if (compose_file(file, given->params, err) == 0) {
			buffer_text(&line, "{\"param\":");
			json_write(&line, file);
			buffer_text(&line, "}");
			events_line(watched->events, buffer_bytes(&line));
			result = 0;
			if (events_refused_count(watched->events) > 0)
				result = error_set(err, ERROR_UNDECIDED,
				    "write {\"lr\":0.1,\"epochs\":20}",
				    "%s: %s", given->params,
				    events_first_refusal(watched->events));
		}
		json_free(file);
		buffer_free(&line);
		return result;
	}
	return 0;
}

static void
watched_free(struct watched *watched)
{
	for (size_t i = 0; i < watched->input_count; i++)
		artefact_free(&watched->input[i]);
	memory_free(watched->input);
	json_free(watched->inputs);
	events_free(watched->events);
	if (watched->events_path != NULL)
		unlink(watched->events_path);
	if (watched->folder != NULL)
		rmdir(watched->folder);
	memory_free(watched->events_path);
	memory_free(watched->folder);
	memory_free(watched->version);
	session_write_end(&watched->session);
}

static int
choose_name(struct watched *watched, struct error *err)
{
	if (watched->options->name == NULL) {
		name_of_command(watched->name, watched->argv);
		return 0;
	}
	if (!text_is_name(bytes_of_text(watched->options->name)))
		return error_set(err, ERROR_UNDECIDED,
		    "use letters, digits, '.', '_', '-' and '/'",
		    "'%.80s' cannot be the name of a run",
		    watched->options->name);
	memcpy(watched->name, watched->options->name,
	    strlen(watched->options->name) + 1);
	return 0;
}

static int
run(struct context *context, const void *given, struct operands operands,
    struct error *err)
{
	struct watched watched = {
		.context = context,
		.options = given,
		.session = { .numbers = -1 },
	};
	struct error ending;
	int result = -1;

	/* The words of the command are argv's own, ended by a NULL. */
	watched.argv = (char *const *)(uintptr_t)operands.item;
	if (choose_name(&watched, err) == -1 ||
	    events_new(&watched.events, err) == -1)
		goto done;
	if (take_parameters(&watched, err) == -1 ||
	    session_write(&watched.session, context, err) == -1 ||
	    measure_inputs(&watched, err) == -1 ||
	    make_events_file(&watched, err) == -1 ||
	    record_start(&watched, err) == -1)
		goto done;
	if (watch(&watched, err) == -1) {
		/* It could not be started: that is how the run ended. */
		watched.result = (struct process_result){
			.exit_status = 127,
			.started_ms = clock_now_ms(),
			.ended_ms = clock_now_ms(),
			.out = { digest_of(bytes_of(NULL, 0)), 0 },
			.err = { digest_of(bytes_of(NULL, 0)), 0 },
		};
		(void)record_end(&watched, &ending);
		goto done;
	}
	watched.ran = true;
	if (events_read(watched.events, watched.events_path, &ending) == -1 &&
	    !context->quiet)
		fprintf(stderr, "vouch: %s\n", ending.what);
	say_refused_events(&watched);
	if (record_end(&watched, err) == -1)
		goto done;
	context->verdict = watched.result.signal != 0
	    ? 128 + watched.result.signal
	    : watched.result.exit_status;
	result = 0;
done:
	watched_free(&watched);
	return result;
}

static const char *const examples[] = {
	"vouch run --param lr=0.1 -- sh -c 'echo trained'",
	"vouch run --name train --output out.txt -- sh -c 'date > out.txt'",
	NULL,
};

const struct command cmd_run = {
	.name = "run",
	.group = "Record",
	.summary = "run a command and record what it used, made and said",
	.operands = "-- COMMAND…",
	.least = 1,
	.most = 100000,
	.options = options,
	.options_size = sizeof(struct run_options),
	.stops_at_operand = true,
	.machine = true,
	.appends = true,
	.seals = true,
	.run = run,
	.description =
	    "Records a first entry before the command starts (its inputs, "
	    "parameters, code and environment, before anyone knows the "
	    "result) and a second when it ends, however it ends: exit status "
	    "or signal, time, memory, outputs, metrics. The command's output "
	    "is shown as it comes. With --with-host the first entry names "
	    "machine and user, too; add --seal user --seal host to sign "
	    "commitments in their place.\n\n"
	    "The command may say more of itself: it finds in VOUCH_EVENTS a "
	    "file to which it appends lines as\n\n"
	    " {\"param\":{\"lr\":0.1}}\n"
	    " {\"metric\":{\"loss\":0.3},\"step\":10}\n"
	    " {\"tag\":{\"team\":\"risk\"}}\n\n"
	    "Its exit status is this program's own.",
	.examples = examples,
};
