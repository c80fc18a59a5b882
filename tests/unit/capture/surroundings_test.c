/* surroundings_test.c: where code stands, and what it runs on. */
#include <sys/utsname.h>
#include <sys/wait.h>

#include "base/digest.h"
#include "base/pool.h"
#include "capture/surroundings.h"
#include "tests/unit/capture/files.h"

#define VERSION "1.2.3"

/* Git as on a machine where nothing is set. */
static int
enter_alone(void **state)
{
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_NAME", "A", 1);
	setenv("GIT_AUTHOR_EMAIL", "a@example.org", 1);
	setenv("GIT_COMMITTER_NAME", "A", 1);
	setenv("GIT_COMMITTER_EMAIL", "a@example.org", 1);
	setenv("GIT_AUTHOR_DATE", "2026-11-23T09:00:00Z", 1);
	setenv("GIT_COMMITTER_DATE", "2026-11-23T09:00:00Z", 1);
	setenv("GIT_CEILING_DIRECTORIES", "/tmp", 1);
	return place_enter(state);
}

static void
run(const char *script)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-ec", script, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("failed: %s", script);
}

/* What a script prints, without the last newline. */
static struct buffer
said(const char *script)
{
	struct buffer out = buffer_new(1 << 20);
	FILE *pipe = popen(script, "r");
	int c;

	assert_non_null(pipe);
	while ((c = fgetc(pipe)) != EOF)
		buffer_byte(&out, (uint8_t)c);
	assert_int_equal(pclose(pipe), 0);
	if (out.len > 0 && out.data[out.len - 1] == '\n')
		out.data[--out.len] = '\0';
	return out;
}

static struct json *
code_of(const char *folder)
{
	struct json *code = NULL;
	struct error err;

	expect_fine(surroundings_code(&code, folder, &err), &err);
	return code;
}

static void
expect_text(const struct json *object, const char *name, const char *text)
{
	const char *found = json_member_text(object, name);

	if (text == NULL)
		assert_null(json_member(object, name));
	else if (found == NULL)
		fail_msg("no %s", name);
	else
		assert_string_equal(found, text);
}

static void
make_repository(void)
{
	run("git init -q -b main repo; cd repo; printf 'a\\n' > a;"
	    "mkdir -p src; printf 'b\\n' > src/b; printf '*.tmp\\n' >"
	    ".gitignore; git add .; git commit -qm first");
}

static void
expect_clean(const char *folder)
{
	struct json *code = code_of(folder);

	assert_non_null(json_member(code, "dirty"));
	assert_false(json_bool(json_member(code, "dirty")));
	assert_null(json_member(code, "difference"));
	json_free(code);
}

/* The digest of the difference, which there must be. */
static struct digest
difference_of(const char *folder)
{
	struct json *code = code_of(folder);
	const char *text = json_member_text(code, "difference");
	struct digest digest;

	assert_true(json_bool(json_member(code, "dirty")));
	assert_non_null(text);
	assert_true(digest_parse(&digest, bytes_of_text(text)));
	json_free(code);
	return digest;
}

/* ---- code ---- */

static void
a_commit_is_named(void **state)
{
	struct json *code;
	struct buffer commit;

	(void)state;
	make_repository();
	code = code_of("repo");
	commit = said("git -C repo rev-parse HEAD");
	expect_text(code, "commit", buffer_string(&commit));
	expect_text(code, "branch", "main");
	expect_text(code, "path", NULL);
	expect_text(code, "repository", NULL);
	assert_false(json_bool(json_member(code, "dirty")));
	json_free(code);
	buffer_free(&commit);
	code = code_of("repo/src");
	expect_text(code, "path", "src");
	json_free(code);
	run("git -C repo checkout -q --detach");
	code = code_of("repo");
	expect_text(code, "branch", NULL);
	json_free(code);
}

static void
what_is_in_no_repository_has_no_code(void **state)
{
	(void)state;
	assert_null(code_of("."));
	make_repository();
	assert_null(code_of("repo/.git"));
	run("git init -q --bare bare");
	assert_null(code_of("bare"));
}

static void
without_git_there_is_no_code(void **state)
{
	char path[4096];

	(void)state;
	make_repository();
	(void)snprintf(path, sizeof(path), "%s", getenv("PATH"));
	setenv("PATH", "/nowhere", 1);
	assert_null(code_of("repo"));
	setenv("PATH", path, 1);
}

/* The definition in the header, worked out by other means. */
static void
the_difference_is_what_the_header_says(void **state)
{
	struct digest_stream stream;
	struct digest content = digest_of(bytes_of_text("new\n"));
	struct digest target = digest_of(bytes_of_text("../target"));
	struct buffer diff;

	(void)state;
	make_repository();
	run("cd repo; printf 'changed\\n' > a; printf 'new\\n' > src/new;"
	    "ln -s ../target src/link; echo x > x.tmp; "
	    "printf 'new\\n' > 'a b'; git init -q inner;"
	    "git -C inner commit -q --allow-empty -m i");
	diff = said("git -C repo diff HEAD --binary --full-index");
	buffer_byte(&diff, '\n');
	digest_begin(&stream);
	digest_add(&stream, buffer_bytes(&diff));
	digest_add(&stream, bytes_of("a b\0" "4\0", 6));
	digest_add(&stream, digest_bytes(&content));
	digest_add(&stream, bytes_of("inner/\0?\0", 9));
	digest_add(&stream, bytes_of("src/link\0" "9\0", 11));
	digest_add(&stream, digest_bytes(&target));
	digest_add(&stream, bytes_of("src/new\0" "4\0", 10));
	digest_add(&stream, digest_bytes(&content));
	assert_true(digest_equal(difference_of("repo"),
	    digest_end(&stream)));
	/* And it is that of the whole repository, from wherever asked. */
	assert_true(digest_equal(difference_of("repo"),
	    difference_of("repo/src")));
	buffer_free(&diff);
}

static void
every_sort_of_change_makes_the_code_dirty(void **state)
{
	static const char *const changes[] = {
		"echo more >> a", "rm a", "chmod +x a", "git rm -q --cached a",
		"echo staged > a; git add a", "touch new", "git mv a c",
		"printf '\\0' > a", "printf x > \"$(printf 'n\\n\\033\\377')\"",
	};

	(void)state;
	make_repository();
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		char script[200];

		(void)snprintf(script, sizeof(script), "cd repo; %s",
		    changes[i]);
		run(script);
		difference_of("repo");
		run("cd repo; git reset -q --hard; git clean -qfd");
		expect_clean("repo");
	}
}

static void
what_is_ignored_does_not_make_it_dirty(void **state)
{
	(void)state;
	make_repository();
	run("cd repo; touch x.tmp; mkdir -p .vouch src/.vouch;"
	    "echo 1 > .vouch/ledger.db; echo 1 > src/.vouch/ledger.db");
	expect_clean("repo");
	run("cd repo; git add -f .vouch; git commit -qm ledger;"
	    "echo 2 > .vouch/ledger.db");
	expect_clean("repo");
	/* Touched is not changed. */
	run("touch -d 2020-01-01 repo/a");
	expect_clean("repo");
}

static void
the_difference_does_not_depend_on_how_git_is_set(void **state)
{
	static const char *const settings[] = {
		"color.ui always", "diff.noprefix true",
		"diff.mnemonicPrefix true", "diff.algorithm histogram",
		"diff.context 9", "diff.interHunkContext 9",
		"diff.renames copies", "diff.renames false",
		"diff.indentHeuristic true", "diff.indentHeuristic false",
		"core.abbrev 40", "diff.orderFile ../order",
		"diff.suppressBlankEmpty true", "diff.external false",
		"diff.relative true", "core.quotePath false",
	};
	struct digest before;

	(void)state;
	make_repository();
	run("cd repo; for i in $(seq 1 30); do echo line $i; echo; done > a;"
	    "cp a src/b; printf '%s\\n' a b c a b b a > c;"
	    "f() { printf '/*\\n * %s\\n */\\nint %s;\\n\\n' $1 $1; };"
	    "f b > d;"
	    "git add .; git commit -qm many;"
	    "sed -i 's/line 9$/x/;s/line 14$/y/' a;"
	    "printf '%s\\n' c b a b a c > c; f a > d; f b >> d;"
	    "git mv src/b src/moved; printf 'src\\na\\n' > ../order;"
	    "echo 'a diff=shout' > .git/info/attributes");
	before = difference_of("repo");
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		char script[200];

		(void)snprintf(script, sizeof(script),
		    "cd repo; git config %s", settings[i]);
		run(script);
		if (!digest_equal(before, difference_of("repo")))
			fail_msg("%s changes it", settings[i]);
	}
}

static void
nothing_that_a_repository_names_is_run(void **state)
{
	struct json *code;

	(void)state;
	make_repository();
	run("printf '#!/bin/sh\\necho \"$0 $*\" >> \"%s/ran\"\\ncat\\n' "
	    "\"$PWD\" > tool; chmod +x tool; T=$PWD/tool; cd repo;"
	    "echo 'a diff=shout' > .gitattributes; git add .;"
	    "git commit -qm attributes; echo changed > a;"
	    "git config core.fsmonitor $T; git config core.pager $T;"
	    "git config pager.diff $T; git config diff.external $T;"
	    "git config diff.shout.command $T;"
	    "git config diff.shout.textconv $T;"
	    "git config core.hooksPath $T.d; mkdir $T.d;"
	    "for h in post-index-change post-checkout pre-commit; do "
	    "cp $T $T.d/$h; done");
	code = code_of("repo");
	assert_true(json_bool(json_member(code, "dirty")));
	json_free(code);
	assert_int_equal(access("ran", F_OK), -1);
}

static void
nothing_is_written_but_the_index(void **state)
{
	static const char list[] = "cd repo; find .git -type f "
	    "! -name index -printf '%p %T@ %s\\n' | sort";
	struct buffer before, after;

	(void)state;
	make_repository();
	run("cd repo; touch -d 2020-01-01 a; echo new > new; echo b > src/b");
	before = said(list);
	json_free(code_of("repo"));
	after = said(list);
	assert_string_equal(buffer_string(&before), buffer_string(&after));
	buffer_free(&before);
	buffer_free(&after);
}

static void
a_repository_without_commits_differs_from_nothing(void **state)
{
	struct json *code;

	(void)state;
	run("git init -q -b main repo");
	code = code_of("repo");
	expect_text(code, "commit", NULL);
	expect_text(code, "branch", "main");
	assert_false(json_bool(json_member(code, "dirty")));
	json_free(code);
	run("cd repo; echo a > a; git add a");
	difference_of("repo");
}

static void
an_unreadable_file_does_not_stop_anything(void **state)
{
	struct digest before;

	(void)state;
	make_repository();
	run("cd repo; echo new > new");
	before = difference_of("repo");
	/* What vanishes, and links to nowhere, are like it for root. */
	run("cd repo; rm new; mkfifo new 2>/dev/null; ln -s nowhere link");
	assert_false(digest_equal(before, difference_of("repo")));
}

static void
users_and_passwords_are_not_kept(void **state)
{
	static const char *const addresses[][2] = {
		{ "https://example.org/a.git", "https://example.org/a.git" },
		{ "https://me:secret@example.org/a.git",
		    "https://example.org/a.git" },
		{ "https://secret@example.org:8443/a.git",
		    "https://example.org:8443/a.git" },
		{ "https://me:se@cret@example.org/a.git",
		    "https://example.org/a.git" },
		{ "https://me:se/cret@example.org/a.git",
		    "https://example.org/a.git" },
		{ "https://example.org/@scope/a", "https://example.org/@scope/a" },
		{ "https://example.org:8443/@scope/a",
		    "https://example.org:8443/@scope/a" },
		{ "https://example.org/a.git?token=secret#secret",
		    "https://example.org/a.git" },
		{ "ssh://git@example.org/a.git", "ssh://example.org/a.git" },
		{ "https://me:secret@[::1]:80/a", "https://[::1]:80/a" },
		{ "git@example.org:team/a.git", "example.org:team/a.git" },
		{ "example.org:a@b", "example.org:a@b" },
		{ "/srv/git/a@b.git", "/srv/git/a@b.git" },
		{ "../a@b:c", "../a@b:c" },
	};

	(void)state;
	make_repository();
	run("git -C repo remote add origin x");
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]);
	    i++) {
		char script[300];
		struct json *code;

		(void)snprintf(script, sizeof(script),
		    "git -C repo config remote.origin.url '%s'",
		    addresses[i][0]);
		run(script);
		code = code_of("repo");
		expect_text(code, "repository", addresses[i][1]);
		json_free(code);
	}
}

static void
hostile_names_of_branches_and_folders_are_text(void **state)
{
	struct json *code;

	(void)state;
	run("d=$(printf 're\\npo\\n'; echo x); d=${d%x}; mkdir \"$d\";"
	    "cd \"$d\"; git init -q -b main; git commit -q --allow-empty "
	    "-m first; s=$(printf 'su\\377b\\n'; echo x); s=${s%x};"
	    "mkdir \"$s\"; git checkout -q -b \"$(printf 'br\\376')\"");
	code = code_of("re\npo\n/su\xff" "b\n");
	assert_non_null(code);
	expect_text(code, "branch", "br\\xfe");
	expect_text(code, "path", "su\\xffb\\x0a");
	json_free(code);
}

/* ---- environment ---- */

static struct json *
environment_of(const char *command, const char *folder)
{
	char *argv[] = { (char *)(uintptr_t)command, NULL };
	struct json *made = NULL;
	struct error err;

	expect_fine(surroundings_environment(&made, argv, folder, VERSION,
	    &err), &err);
	return made;
}

static void
the_machine_is_told(void **state)
{
	struct json *made = environment_of("true", ".");
	const char *text = json_member_text(made, "system");
	struct utsname name;

	(void)state;
	assert_int_equal(uname(&name), 0);
	assert_non_null(text);
	assert_non_null(strstr(text, name.sysname));
	assert_non_null(strstr(text, name.release));
	assert_int_equal(json_integer(json_member(made, "cores")),
	    pool_processors());
	assert_true(json_integer(json_member(made, "memory_bytes")) >
	    1 << 20);
	expect_text(made, "vouch", VERSION);
	assert_null(json_member(made, "interpreter"));
	json_free(made);
}

static void
place_program(const char *path, const char *says)
{
	char text[300];

	(void)snprintf(text, sizeof(text), "#!/bin/sh\necho \"$*\" >> ran\n"
	    "printf '%s'\n", says);
	place_file(path, text);
	assert_int_equal(chmod(path, 0755), 0);
}

static void
an_interpreter_says_its_version(void **state)
{
	static const char *const said_versions[][4] = {
		{ "python3", "Python 3.11.2\\n", "python", "3.11.2" },
		{ "python3.12", "Python 3.12.0rc1+\\n", "python", "3.12.0rc1+" },
		{ "node", "v18.19.0\\n", "node", "18.19.0" },
		{ "julia", "julia version 1.9.4\\n", "julia", "1.9.4" },
		{ "Rscript", "Rscript (R) version 4.2.2 (2022-10-31)\\n", "R",
		    "4.2.2" },
		{ "R", "R version 4.3 -- x\\n", "R", "4.3" },
		{ "perl", "\\nThis is perl 5, version 36 (v5.36.0) built\\n",
		    "perl", "5.36.0" },
		{ "java", "openjdk 17 2021\\n", "java", "17" },
		{ "python2", "nothing\\n", "python", NULL },
		{ "lua", "Lua 5.4.4\\033[31m\\n", "lua", "5.4.4" },
	};
	char path[500], real[600];

	for (size_t i = 0; i < sizeof(said_versions) /
	    sizeof(said_versions[0]); i++) {
		const struct json *one;
		struct json *made;

		(void)snprintf(path, sizeof(path), "./%s",
		    said_versions[i][0]);
		place_program(path, said_versions[i][1]);
		made = environment_of(path, ".");
		one = json_member(made, "interpreter");
		expect_text(one, "name", said_versions[i][2]);
		expect_text(one, "version", said_versions[i][3]);
		(void)snprintf(real, sizeof(real), "%s/%s", (char *)*state,
		    said_versions[i][0]);
		expect_text(one, "path", real);
		json_free(made);
	}
}

static void
only_an_interpreter_is_asked(void **state)
{
	struct json *made;

	(void)state;
	place_program("pythonic", "1.2.3");
	made = environment_of("./pythonic", ".");
	assert_null(json_member(made, "interpreter"));
	json_free(made);
	assert_int_equal(access("ran", F_OK), -1);
}

static void
an_interpreter_is_found_as_the_system_finds_it(void **state)
{
	char path[4096], changed[8192], real[600];
	struct json *made;
	const struct json *one;

	(void)snprintf(path, sizeof(path), "%s", getenv("PATH"));
	place_folder("bin");
	place_folder("data");
	place_folder("data/python3");
	place_program("bin/python3.9", "Python 3.9.1");
	assert_int_equal(symlink("python3.9", "bin/python3"), 0);
	(void)snprintf(changed, sizeof(changed), "%s/data:%s/bin:%s",
	    (char *)*state, (char *)*state, path);
	setenv("PATH", changed, 1);
	made = environment_of("python3", ".");
	setenv("PATH", path, 1);
	one = json_member(made, "interpreter");
	expect_text(one, "version", "3.9.1");
	(void)snprintf(real, sizeof(real), "%s/bin/python3.9",
	    (char *)*state);
	expect_text(one, "path", real);
	json_free(made);
}

static void
an_interpreter_that_is_not_there_has_no_version(void **state)
{
	struct json *made = environment_of("./python3", ".");
	const struct json *one = json_member(made, "interpreter");

	(void)state;
	expect_text(one, "name", "python");
	assert_null(json_member(one, "version"));
	assert_null(json_member(one, "path"));
	json_free(made);
	place_file("python3", "#!/bin/sh\necho Python 3.1.2; exit 1\n");
	assert_int_equal(chmod("python3", 0755), 0);
	made = environment_of("./python3", ".");
	one = json_member(made, "interpreter");
	assert_null(json_member(one, "version"));
	json_free(made);
}

static void
expect_lock(const char *folder, const char *path, const char *content)
{
	struct json *made = environment_of("true", folder);
	const struct json *lock = json_member(made, "lock");

	if (path == NULL) {
		assert_null(lock);
	} else {
		expect_text(lock, "path", path);
		expect_text(lock, "digest", digest_hex(digest_of(
		    bytes_of_text(content))).text);
	}
	json_free(made);
}

static void
the_nearest_lock_file_is_told(void **state)
{
	(void)state;
	place_file("uv.lock", "outside");
	place_folder("top");
	place_folder("top/a");
	place_folder("top/a/b");
	expect_lock("top/a/b", NULL, NULL);
	place_folder("top/.git");
	expect_lock("top/a/b", NULL, NULL);
	place_file("top/requirements.txt", "numpy\n");
	expect_lock("top/a/b", "../../requirements.txt", "numpy\n");
	place_file("top/uv.lock", "exact\n");
	expect_lock("top/a/b", "../../uv.lock", "exact\n");
	expect_lock("top", "uv.lock", "exact\n");
	place_file("top/a/renv.lock", "{}");
	expect_lock("top/a/b", "../renv.lock", "{}");
	place_folder("top/a/b/uv.lock");
	expect_lock("top/a/b", "../renv.lock", "{}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_alone, \
    place_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_commit_is_named),
		TEST(what_is_in_no_repository_has_no_code),
		TEST(without_git_there_is_no_code),
		TEST(the_difference_is_what_the_header_says),
		TEST(every_sort_of_change_makes_the_code_dirty),
		TEST(what_is_ignored_does_not_make_it_dirty),
		TEST(the_difference_does_not_depend_on_how_git_is_set),
		TEST(nothing_that_a_repository_names_is_run),
		TEST(nothing_is_written_but_the_index),
		TEST(a_repository_without_commits_differs_from_nothing),
		TEST(an_unreadable_file_does_not_stop_anything),
		TEST(users_and_passwords_are_not_kept),
		TEST(hostile_names_of_branches_and_folders_are_text),
		TEST(the_machine_is_told),
		TEST(an_interpreter_says_its_version),
		TEST(only_an_interpreter_is_asked),
		TEST(an_interpreter_is_found_as_the_system_finds_it),
		TEST(an_interpreter_that_is_not_there_has_no_version),
		TEST(the_nearest_lock_file_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
