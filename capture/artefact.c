/* artefact.c: a file or a folder as a name, a digest and a size. */
#include "capture/artefact.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "capture/listing_internal.h"
#include "capture/name_internal.h"

/* How often the progress is told. */
#define TELL_NS (100 * 1000 * 1000)

/* A path that was given, and the files it stands for. */
struct source {
	const char *path;
	bool folder;
	struct listing files;
};

/* One file to hash: a job for one thread. */
struct job {
	const struct source *source;
	struct listing_item *item;
};

/* What the threads share. */
struct work {
	struct source *sources;
	size_t source_count;
	struct job *jobs;
	size_t job_count;
	uint64_t total;
	atomic_uint_fast64_t done;
	atomic_bool stopped; /* By the person, or by a failure. */
	pthread_mutex_t lock; /* Of all below. */
	pthread_cond_t finished;
	size_t finished_count;
	bool failed;
	struct error failure; /* The first. */
};

void
artefact_free(struct artefact *artefact)
{
	if (artefact == NULL)
		return;
	memory_free(artefact->name);
	buffer_free(&artefact->manifest);
	*artefact = (struct artefact){ 0 };
}

/* ---- what is to be hashed ---- */

static int
source_open(struct source *source, const char *path,
    const char *const excluded[], struct error *err)
{
	struct stat status;

	source->path = path;
	if (stat(path, &status) == -1) {
		if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP &&
		    errno != ENAMETOOLONG)
			return error_errno(err, "cannot look at `%s'", path);
		return error_set(err, ERROR_UNDECIDED,
		    "check the spelling of the path",
		    "there is no file or folder `%s'", path);
	}
	if (S_ISDIR(status.st_mode)) {
		source->folder = true;
		return listing_make(&source->files, path, excluded, err);
	}
	if (!S_ISREG(status.st_mode))
		return error_set(err, ERROR_UNDECIDED,
		    "name a regular file or a folder",
		    "`%s' is a device, socket or pipe", path);
	if (listing_add(&source->files, "", &status) == NULL)
		return error_memory(err);
	return 0;
}

/* Largest first, so that the threads come to an end together. */
static int
job_order(const void *a, const void *b)
{
	const struct job *x = a, *y = b;

	if (x->item->size != y->item->size)
		return x->item->size > y->item->size ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

static int
work_jobs(struct work *work, struct error *err)
{
	size_t count = 0;

	for (size_t i = 0; i < work->source_count; i++)
		count += work->sources[i].files.count;
	if (count == 0)
		return 0;
	work->jobs = memory_new(count, sizeof(*work->jobs));
	if (work->jobs == NULL)
		return error_memory(err);
	for (size_t i = 0; i < work->source_count; i++) {
		struct source *source = &work->sources[i];

		for (size_t j = 0; j < source->files.count; j++) {
			struct listing_item *item = &source->files.items[j];

			if (item->target != NULL)
				continue;
			work->total += item->size;
			work->jobs[work->job_count++] = (struct job){
				source,
				item,
			};
		}
	}
	qsort(work->jobs, work->job_count, sizeof(*work->jobs), job_order);
	return 0;
}

/* ---- on the threads ---- */

struct step {
	struct work *work;
	uint64_t told;
};

static int
step_progress(void *cookie, uint64_t done)
{
	struct step *step = cookie;

	atomic_fetch_add_explicit(&step->work->done, done - step->told,
	    memory_order_relaxed);
	step->told = done;
	return atomic_load_explicit(&step->work->stopped, memory_order_relaxed);
}

static int
job_path(char path[PATH_MAX], const struct job *job, struct error *err)
{
	int len = snprintf(path, PATH_MAX, "%s%s%s", job->source->path,
	    *job->item->path == '\0' ? "" : "/", job->item->path);

	if (len >= 0 && len < PATH_MAX)
		return 0;
	return error_set(err, ERROR_UNDECIDED,
	    "go into the folder and name a shorter path",
	    "the path of `%s' in `%s' is longer than the system takes",
	    job->item->path, job->source->path);
}

static int
job_do(struct work *work, const struct job *job, struct error *err)
{
	struct step step = { work, 0 };
	char path[PATH_MAX];
	uint64_t size;

	if (job_path(path, job, err) == -1 ||
	    file_digest(&job->item->digest, &size, path, step_progress, &step,
		err) == -1)
		return -1;
	step_progress(&step, size);
	/* What a folder's file was when listed is compared at the end. */
	if (!job->source->folder)
		job->item->size = size;
	return 0;
}

static void
work_call(void *cookie, size_t index)
{
	struct work *work = cookie;
	struct error err = { .class = ERROR_SYSTEM };
	int done = 0;

	if (!atomic_load(&work->stopped))
		done = job_do(work, &work->jobs[index], &err);
	pthread_mutex_lock(&work->lock);
	if (done == -1 && !atomic_exchange(&work->stopped, true)) {
		work->failed = true;
		work->failure = err;
	}
	if (++work->finished_count == work->job_count)
		pthread_cond_signal(&work->finished);
	pthread_mutex_unlock(&work->lock);
}

/* ---- on the calling thread ---- */

static void
wait_a_little(struct work *work)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += TELL_NS;
	if (until.tv_nsec >= 1000 * 1000 * 1000) {
		until.tv_nsec -= 1000 * 1000 * 1000;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&work->finished, &work->lock, &until);
}

/* Tell the progress until the last job is done; whether to go on. */
static bool
work_wait(struct work *work, artefact_progress *progress, void *cookie)
{
	bool asked_to_stop = false;
	uint64_t done;

	pthread_mutex_lock(&work->lock);
	while (work->finished_count < work->job_count) {
		wait_a_little(work);
		if (progress == NULL || asked_to_stop)
			continue;
		pthread_mutex_unlock(&work->lock);
		done = atomic_load(&work->done);
		/* A file may grow while it is read. */
		if (progress(cookie, done < work->total ? done : work->total,
			work->total) != 0) {
			asked_to_stop = true;
			atomic_store(&work->stopped, true);
		}
		pthread_mutex_lock(&work->lock);
	}
	pthread_mutex_unlock(&work->lock);
	return !asked_to_stop;
}

static int
work_run(struct work *work, struct pool *pool, artefact_progress *progress,
    void *cookie, struct error *err)
{
	struct pool_set set = {
		.function = work_call,
		.cookie = work,
		.count = work->job_count,
	};
	pthread_condattr_t monotonic;
	bool whole;

	pthread_mutex_init(&work->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&work->finished, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pool_start(pool, &set);
	whole = work_wait(work, progress, cookie);
	pool_wait(pool, &set);
	pthread_cond_destroy(&work->finished);
	pthread_mutex_destroy(&work->lock);
	if (!whole)
		return error_set(err, ERROR_SYSTEM, NULL, "interrupted");
	if (work->failed) {
		*err = work->failure;
		return -1;
	}
	return 0;
}

/* A folder in which anything came, went or changed since it was listed has
 * no one state that could be told. */
static int
work_settled(const struct work *work, const char *const excluded[],
    struct error *err)
{
	for (size_t i = 0; i < work->source_count; i++) {
		const struct source *source = &work->sources[i];
		struct listing now = { 0 };
		int same;

		if (!source->folder)
			continue;
		if (listing_make(&now, source->path, excluded, err) == -1)
			return -1;
		same = listing_compare(&source->files, &now, source->path, err);
		listing_free(&now);
		if (same == -1)
			return -1;
	}
	return 0;
}

/* ---- what comes out ---- */

static void
manifest_line(struct buffer *out, const struct listing_item *item)
{
	if (item->target != NULL) {
		buffer_text(out, "link:");
		name_append(out, bytes_of_text(item->target), " ");
		buffer_text(out, "  0  ");
	} else {
		buffer_printf(out, "%s  %llu  ", digest_hex(item->digest).text,
		    (unsigned long long)item->size);
	}
	name_append(out, bytes_of_text(item->path), "");
	buffer_byte(out, '\n');
}

static int
artefact_fill(struct artefact *out, const struct source *source,
    struct error *err)
{
	out->manifest = buffer_new(LIMIT_ATTACHMENT);
	out->folder = source->folder;
	out->name = memory_text(source->path);
	if (out->name == NULL)
		return error_memory(err);
	for (size_t i = 0; i < source->files.count; i++) {
		const struct listing_item *item = &source->files.items[i];

		if (source->folder)
			manifest_line(&out->manifest, item);
		else
			out->digest = item->digest;
		if (item->target == NULL) {
			out->size += item->size;
			out->file_count++;
		}
	}
	if (buffer_check(&out->manifest, "manifest", err) == -1)
		return error_within(err, "%s", source->path);
	if (source->folder)
		out->digest = digest_of(buffer_bytes(&out->manifest));
	return 0;
}

static int
work_out(struct artefact *out, const struct work *work, struct error *err)
{
	struct artefact *made = memory_new(work->source_count, sizeof(*made));
	int result = -1;

	if (made == NULL)
		return error_memory(err);
	for (size_t i = 0; i < work->source_count; i++)
		if (artefact_fill(&made[i], &work->sources[i], err) == -1)
			goto done;
	memcpy(out, made, work->source_count * sizeof(*made));
	result = 0;
done:
	for (size_t i = 0; result == -1 && i < work->source_count; i++)
		artefact_free(&made[i]);
	memory_free(made);
	return result;
}

int
artefact_measure(struct artefact *out, const char *const paths[], size_t count,
    const char *const excluded[], struct pool *pool,
    artefact_progress *progress, void *cookie, struct error *err)
{
	struct work work = { .source_count = count };
	int result = -1;

	if (count == 0)
		return 0;
	work.sources = memory_new(count, sizeof(*work.sources));
	if (work.sources == NULL)
		return error_memory(err);
	for (size_t i = 0; i < count; i++)
		if (source_open(&work.sources[i], paths[i], excluded, err) ==
		    -1)
			goto done;
	if (work_jobs(&work, err) == -1 ||
	    work_run(&work, pool, progress, cookie, err) == -1 ||
	    work_settled(&work, excluded, err) == -1 ||
	    work_out(out, &work, err) == -1)
		goto done;
	result = 0;
done:
	for (size_t i = 0; i < count; i++)
		listing_free(&work.sources[i].files);
	memory_free(work.sources);
	memory_free(work.jobs);
	return result;
}

static int
json_put_digest(struct json *object, const char *name, struct digest digest,
    struct error *err)
{
	return json_put(object, name, json_new_text(digest_hex(digest).text),
	    err);
}

struct json *
artefact_json(const struct artefact *artefact)
{
	struct json *made = json_new_object(), *result = NULL;
	struct error err;

	if (json_put(made, "name", name_json(bytes_of_text(artefact->name)),
		&err) == -1 ||
	    json_put_digest(made, "digest", artefact->digest, &err) == -1 ||
	    json_put(made, "size", json_new_integer((int64_t)artefact->size),
		&err) == -1)
		goto done;
	if (artefact->folder &&
	    (json_put(made, "files",
		 json_new_integer((int64_t)artefact->file_count), &err) == -1 ||
		json_put_digest(made, "manifest", artefact->digest, &err) ==
		    -1))
		goto done;
	result = made;
	made = NULL;
done:
	json_free(made);
	return result;
}
