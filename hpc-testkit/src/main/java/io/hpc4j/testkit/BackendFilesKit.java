package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.RejectedJobException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where standard input, output and error come from and go to. */
abstract class BackendFilesKit extends BackendProgramKit {

    @Test
    void outputAndErrorsGoToTheirFiles() {
        run(sh("echo out; echo err >&2").stdout(path("out.txt")).stderr(path("err.txt")));

        assertThat(read("out.txt")).isEqualTo("out\n");
        assertThat(read("err.txt")).isEqualTo("err\n");
    }

    @Test
    void outputAndErrorsGoToTheSameFileInOrder() {
        run(sh("echo 1; echo 2 >&2; echo 3; echo 4 >&2").stdout(path("all.txt")).stderr(path("all.txt")));

        assertThat(lines("all.txt")).containsExactly("1", "2", "3", "4");
    }

    @Test
    void pathsAreRelativeToTheWorkingDirectory() {
        run(sh("echo out; echo err >&2").stdout("out.txt").stderr("err.txt"));

        assertThat(read("out.txt")).isEqualTo("out\n");
        assertThat(read("err.txt")).isEqualTo("err\n");
    }

    @Test
    void foldersForOutputAreMade() {
        run(sh("echo out; echo err >&2").stdout(path("new/out/o.txt")).stderr(path("new/err/e.txt")));

        assertThat(read("new/out/o.txt")).isEqualTo("out\n");
        assertThat(read("new/err/e.txt")).isEqualTo("err\n");
    }

    @Test
    void inputIsReadFromItsFile() {
        write("in.txt", "first\nGrüße\n", 0644);

        run(sh("cat").stdin(path("in.txt")).stdout(path("out.txt")));

        assertThat(read("out.txt")).isEqualTo("first\nGrüße\n");
    }

    @Test
    void inputIsEmptyUnlessSet() {
        run(sh("wc -c").stdout(path("count.txt")));

        assertThat(read("count.txt").strip()).isEqualTo("0");
    }

    @Test
    void missingInputNeverCountsAsSuccess() {
        JobHandle handle;
        try {
            handle = submit(sh("cat").stdin(path("missing.txt")).stdout(path("out.txt")));
        } catch (RejectedJobException e) {
            assertThat(e).hasMessageContaining("missing.txt");
            return;
        }
        assertThat(end(handle).isSuccess()).isFalse();
    }

    @Test
    void placeholdersInPathsAreReplaced() {
        Job job = run(sh("echo out; echo err >&2")
                .name("place")
                .stdout(path("out-%j-%n-%u-%%.txt"))
                .stderr(path("err-%n-%j.txt")));

        String user = job.owner().orElseThrow();
        assertThat(read("out-" + job.id() + "-place-" + user + "-%.txt")).isEqualTo("out\n");
        assertThat(read("err-place-" + job.id() + ".txt")).isEqualTo("err\n");
    }

    @Test
    void doubledPercentSignIsNotTheBeginningOfAPlaceholder() {
        run(sh("echo out").stdout(path("a-%%j-%%%%n.txt")));

        assertThat(read("a-%j-%%n.txt")).isEqualTo("out\n");
    }

    @Test
    void inputsPathHasPlaceholdersToo() {
        write("in-place.txt", "by name\n", 0644);

        run(sh("cat").name("place").stdin(path("in-%n.txt")).stdout(path("out.txt")));

        assertThat(read("out.txt")).isEqualTo("by name\n");
    }

    @Test
    void outputPathWithHostileNameIsUsed() {
        String name = "-it's \"o\" $(touch pwned) `x`; ü.txt";

        run(sh("echo out").stdout(path(name)));

        assertThat(read(name)).isEqualTo("out\n");
        assertThat(exists("pwned")).isFalse();
    }

    @Test
    void jobTellsWhereItsOutputIs() {
        Job job = run(sh("echo out; echo err >&2").stdout("out-%j.txt").stderr("err-%j.txt"));

        assertThat(job.stdout().map(this::readPath)).contains("out\n");
        assertThat(job.stderr().map(this::readPath)).contains("err\n");
        assertThat(job.workingDirectory()).isPresent();
    }

    @Test
    void outputOfAnEndedJobCanBeReadThroughItsHandle() {
        JobHandle handle =
                submit(sh("echo Grüße; echo Fehler >&2").stdout("out.txt").stderr("err.txt"));
        end(handle);

        assertThat(handle.stdout()).isEqualTo("Grüße\n");
        assertThat(handle.stderr()).isEqualTo("Fehler\n");
    }

    @Test
    void outputIsFoundWhereNoPathWasSet() {
        JobHandle handle = submit(sh("echo somewhere; echo else >&2"));
        end(handle);

        assertThat(handle.stdout()).contains("somewhere");
        assertThat(handle.stdout() + handle.stderr()).contains("else");
    }

    @Test
    void outputsOfTwoJobsWithoutPathsAreKeptApart() {
        JobHandle one = submit(sh("echo one"));
        JobHandle two = submit(sh("echo two"));
        end(one);
        end(two);

        assertThat(one.stdout()).isEqualTo("one\n");
        assertThat(two.stdout()).isEqualTo("two\n");
    }

    @Test
    void muchOutputArrivesWhole() {
        run(sh("awk 'BEGIN { for (i = 0; i < 200000; i++) print \"0123456789012345678\" }'")
                .stdout(path("much.txt")));

        assertThat(files().stat(path("much.txt")).orElseThrow().size()).isEqualTo(4_000_000L);
    }

    @Test
    void outputOfAFailedJobIsKept() {
        JobHandle handle = submit(sh("echo before; exit 1").stdout("out.txt"));
        end(handle);

        assertThat(handle.stdout()).isEqualTo("before\n");
    }

    @Test
    void ownerIsTheUserWhoRunsTheJob() {
        JobHandle handle = submit(sh("id -un").stdout("who.txt"));

        assertThat(end(handle).owner()).isEqualTo(Optional.of(handle.stdout().strip()));
    }
}
