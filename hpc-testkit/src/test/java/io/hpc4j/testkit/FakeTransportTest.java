package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.TransportException;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.RemoteFiles;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeTransportTest {

    private final MutableClock clock = MutableClock.at("2026-01-31T12:00:00Z");
    private final FakeTransport transport = new FakeTransport(clock);
    private final RemoteFiles files = transport.files();

    private CommandResult run(String... words) {
        return transport.run(CommandLine.of(List.of(words)));
    }

    @Test
    void expectedCommandIsAnswered() {
        transport.expect("sbatch", "--parsable").prints("141\n");

        CommandResult result = run("sbatch", "--parsable", "job.sh");

        assertThat(result.isSuccess()).isTrue();
        assertThat(result.stdout()).isEqualTo("141\n");
        transport.verify();
    }

    @Test
    void commandPrintsNothingUnlessToldOtherwise() {
        transport.expect("scancel");

        assertThat(run("scancel", "1").stdout()).isEmpty();
    }

    @Test
    void failureHasItsExitCodeAndWords() {
        transport.expect("squeue").fails(1, "Unable to contact slurm controller");

        CommandResult result = run("squeue");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.stderr()).isEqualTo("Unable to contact slurm controller");
    }

    @Test
    void exceptionIsThrown() {
        transport.expect("squeue").breaks(new BackendUnavailableException("away"));

        assertThatThrownBy(() -> run("squeue"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessage("away");
    }

    @Test
    void answerMayDependOnTheCommand() {
        transport
                .expect("any echo", command -> command.arguments().get(0).endsWith("echo"))
                .times(2)
                .answers(command -> new CommandResult(
                        ExitStatus.SUCCESS, command.arguments().get(1), "", false, Duration.ZERO));

        assertThat(run("/bin/echo", "a").stdout()).isEqualTo("a");
        assertThat(run("echo", "b").stdout()).isEqualTo("b");
    }

    @Test
    void expectationsThatFitAnswerOneAfterTheOther() {
        transport.expect("squeue").prints("PENDING");
        transport.expect("squeue").prints("RUNNING");

        assertThat(run("squeue").stdout()).isEqualTo("PENDING");
        assertThat(run("squeue").stdout()).isEqualTo("RUNNING");
    }

    @Test
    void unexpectedCommandFailsAndListsWhatWasExpected() {
        transport.expect("sbatch", "--parsable");
        transport.expect("squeue").always();

        assertThatThrownBy(() -> run("sacct", "-X"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("[sacct, -X]")
                .hasMessageContaining("sbatch --parsable …")
                .hasMessageContaining("squeue …");
    }

    @Test
    void commandThatCameTooOftenIsUnexpected() {
        transport.expect("squeue").times(2);
        run("squeue");
        run("squeue");

        assertThatThrownBy(() -> run("squeue"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("came 2 times");
    }

    @Test
    void unexpectedCommandIsToldAgainAtTheEnd() {
        assertThatThrownBy(() -> run("sacct")).isInstanceOf(AssertionError.class);

        assertThatThrownBy(transport::verify).isInstanceOf(AssertionError.class).hasMessageContaining("[sacct]");
    }

    @Test
    void missingCommandIsToldAtTheEnd() {
        transport.expect("sbatch");
        transport.expect("squeue").always();
        run("squeue");

        assertThatThrownBy(transport::verify)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("sbatch … (1 left, came 0 times)");
    }

    @Test
    void callsAreKeptInOrder() {
        transport.expect("a").always();
        transport.expect("b").always();
        run("a", "1");
        run("b");
        run("a", "2");

        assertThat(transport.calls()).extracting(CommandLine::toString).containsExactly("a 1", "b", "a 2");
        assertThat(transport.calls("a")).containsExactly(List.of("a", "1"), List.of("a", "2"));
    }

    @Test
    void answerIsDelayed() {
        transport.expect("slow").after(Duration.ofMillis(30));
        long begin = System.nanoTime();
        run("slow");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
    }

    @Test
    void delayBeyondTheTimeLimitIsATimeOut() {
        transport.expect("slow").after(Duration.ofHours(1));

        assertThatThrownBy(() -> transport.run(CommandLine.of("slow").withTimeout(Duration.ofMillis(10))))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("slow")
                .hasMessageContaining("PT0.01S");
    }

    @Test
    void interruptEndsTheDelay() {
        transport.expect("slow").after(Duration.ofSeconds(30));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> run("slow")).isInstanceOf(TransportException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void closedTransportRunsNothing() {
        transport.expect("a").always();
        transport.close();

        assertThat(transport.isClosed()).isTrue();
        assertThatThrownBy(() -> run("a")).isInstanceOf(TransportException.class);
    }

    // ---------------------------------------------------------------- files

    @Test
    void writtenFileIsReadAgain() {
        files.mkdirs("/home/ada");
        files.putText("Grüße\n", "/home/ada/a.txt", 0640);

        ByteArrayOutputStream content = new ByteArrayOutputStream();
        files.get("/home/ada/a.txt", content);
        assertThat(content.toString(StandardCharsets.UTF_8)).isEqualTo("Grüße\n");
        assertThat(files.stat("/home/ada/a.txt"))
                .contains(new RemoteFiles.Entry(
                        "/home/ada/a.txt", false, 8, Instant.parse("2026-01-31T12:00:00Z"), 0640));
    }

    @Test
    void partsOfAFileAreRead() {
        files.putText("0123456789", "digits", 0644);

        assertThat(files.read("/digits", 2, 3)).isEqualTo("234".getBytes(StandardCharsets.UTF_8));
        assertThat(files.read("digits", 8, 100)).isEqualTo("89".getBytes(StandardCharsets.UTF_8));
        assertThat(files.read("digits", 100, 1)).isEmpty();
        assertThat(files.tail("digits", 4)).isEqualTo("6789".getBytes(StandardCharsets.UTF_8));
        assertThat(files.tail("digits", 100)).hasSize(10);
    }

    @Test
    void folderListsItsOwnEntriesByName() {
        files.mkdirs("/a/b/c");
        files.putText("", "/a/z.txt", 0644);
        files.putText("", "/a/b/deep.txt", 0644);

        assertThat(files.list("/a")).extracting(RemoteFiles.Entry::path).containsExactly("/a/b", "/a/z.txt");
        assertThat(files.list("/")).extracting(RemoteFiles.Entry::path).containsExactly("/a");
        assertThat(files.stat("/a/b").orElseThrow().isDirectory()).isTrue();
    }

    @Test
    void removedFolderIsGoneWithAllThatWasInIt() {
        files.mkdirs("/a/b");
        files.mkdirs("/ab");
        files.putText("", "/a/b/c", 0644);
        files.remove("/a");

        assertThat(files.stat("/a/b/c")).isEmpty();
        assertThat(files.stat("/ab")).isPresent();
        assertThatCode(() -> files.remove("/a")).doesNotThrowAnyException();
    }

    @Test
    void whatIsNotThereCannotBeReadListedOrWrittenInto() {
        assertThatThrownBy(() -> files.get("/no", new ByteArrayOutputStream()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("/no");
        assertThatThrownBy(() -> files.list("/no"))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("/no");
        assertThatThrownBy(() -> files.putText("", "/no/file", 0644))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("/no");
    }

    @Test
    void fileCannotBecomeAFolderNorAFolderAFile() {
        files.mkdirs("/folder");
        files.putText("", "/file", 0644);

        assertThatThrownBy(() -> files.mkdirs("/file/below")).isInstanceOf(TransportException.class);
        assertThatThrownBy(() -> files.putText("", "/folder", 0644)).isInstanceOf(TransportException.class);
    }
}
