package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.TransportException;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.RemoteFiles;
import io.hpc4j.core.spi.Transport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Transport} owes its callers. A transport runs it by one small class that opens a connection:
 *
 * <pre>{@code
 * class SshTransportConformanceTest extends TransportKit {
 *     protected Transport openTransport() { return new SshTransport(…); }
 *     protected String scratchDirectory() { return "/tmp/kit-" + UUID.randomUUID(); }
 * }
 * }</pre>
 *
 * <p>The machine at the other end needs a POSIX {@code sh} and the usual small programs: {@code cat}, {@code head},
 * {@code kill}, {@code ln}, {@code mkdir}, {@code od}, {@code printf}, {@code sleep}, {@code tr}.
 */
public abstract class TransportKit {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int RW_R__R__ = 0644;
    private static final int MEBIBYTE = 1 << 20;

    /** What breaks a careless quoting: blanks, quotes, expansions, patterns, line ends, nothing, letters of many bytes. */
    private static final List<String> HOSTILE = List.of(
            "",
            " ",
            "a b",
            "it's",
            "\"",
            "\\",
            "$HOME",
            "$(echo no)",
            "`echo no`",
            "*",
            "~",
            "-n",
            "--",
            "a\nb",
            "end\n",
            "\t\r",
            "!x",
            "#",
            ";&|<>(){}[]?",
            "%s%n",
            "é ß 漢 🚀",
            "'\\''");

    private Transport transport;
    private RemoteFiles files;
    private String scratch;

    /** For subclasses. */
    @SuppressWarnings("NullAway.Init") // JUnit calls open() before each test
    protected TransportKit() {}

    /** Opens a connection, a new one for each test; the kit closes it. */
    protected abstract Transport openTransport();

    /**
     * Names a folder on the machine at the other end where a test may write, another one for each test. It need not
     * exist; the kit removes it.
     *
     * @return an absolute path
     */
    protected abstract String scratchDirectory();

    /** Opens the connection that a test uses. */
    @BeforeEach
    final void open() {
        transport = openTransport();
        files = transport.files();
        scratch = scratchDirectory();
        files.mkdirs(scratch);
    }

    /** Removes what the test has made, and closes its connection. */
    @AfterEach
    final void close() {
        try (Transport fresh = openTransport()) {
            fresh.files().remove(scratch);
        } finally {
            transport.close();
        }
    }

    // ---------------------------------------------------------------- commands: what goes in and comes out

    @Test
    void outputAndErrorsComeApart() {
        CommandResult result = sh("echo out; echo err >&2");

        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
        assertThat(result.isTruncated()).isFalse();
        assertThat(result.isSuccess()).isTrue();
    }

    @Test
    void exitCodeIsKept() {
        for (int code : new int[] {0, 1, 3, 126, 127, 200, 255}) {
            assertThat(sh("exit " + code).exitStatus()).isEqualTo(ExitStatus.ofCode(code));
        }
    }

    @Test
    void endByASignalLooksAsAShellWouldShowIt() {
        assertThat(sh("kill -s KILL $$").exitCode()).isEqualTo(128 + 9);
        assertThat(sh("kill -s TERM $$").exitCode()).isEqualTo(128 + 15);
    }

    @Test
    void argumentsArriveByteForByte() {
        List<String> arguments = new ArrayList<>(List.of("sh", "-c", "printf '<%s>' \"$@\"", "sh"));
        arguments.addAll(HOSTILE);

        String stdout = transport.run(CommandLine.of(arguments)).stdout();

        assertThat(stdout).isEqualTo("<" + String.join("><", HOSTILE) + ">");
    }

    @Test
    void programWithBlanksAndQuotesInItsPathRuns() {
        String program = scratch + "/it's a \"program\" $HOME";
        files.putText("#!/bin/sh\necho \"ran $1\"\n", program, 0755);

        assertThat(run(program, "here").stdout()).isEqualTo("ran here\n");
    }

    @Test
    void variablesArriveByteForByte() {
        CommandLine command = CommandLine.of("sh", "-c", "printf %s \"$KIT_VALUE\"");

        for (String value : HOSTILE) {
            assertThat(transport
                            .run(command.withEnvironment("KIT_VALUE", value))
                            .stdout())
                    .isEqualTo(value);
        }
    }

    @Test
    void variableWithNulIsRefused() {
        assertThatThrownBy(() -> transport.run(CommandLine.of("true").withEnvironment("KIT_VALUE", "a\0b")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void inputArrivesByteForByte() {
        for (String text : HOSTILE) {
            assertThat(transport.run(CommandLine.of("cat").withStdin(text)).stdout())
                    .isEqualTo(text);
        }
    }

    @Test
    void commandWithoutInputReadsItsEnd() {
        assertThat(run("cat").stdout()).isEmpty();
    }

    @Test
    void muchInputAndOutputFlowAtOnce() {
        String text = "0123456789abcde\n".repeat(4 * MEBIBYTE / 16);

        CommandResult result = transport.run(CommandLine.of("cat").withStdin(text));

        assertThat(result.stdout()).hasSameSizeAs(text).isEqualTo(text);
    }

    @Test
    void inputThatNobodyReadsIsNoError() {
        CommandResult result =
                transport.run(CommandLine.of("sh", "-c", "exec 0<&-; echo done").withStdin("x".repeat(MEBIBYTE)));

        assertThat(result.stdout()).isEqualTo("done\n");
        assertThat(result.isSuccess()).isTrue();
    }

    @Test
    void muchOutputAndManyErrorsFlowAtOnce() {
        CommandResult result = sh("head -c 1048576 /dev/zero | tr '\\0' e >&2; head -c 1048576 /dev/zero | tr '\\0' o");

        assertThat(result.stdout()).isEqualTo("o".repeat(MEBIBYTE));
        assertThat(result.stderr()).isEqualTo("e".repeat(MEBIBYTE));
    }

    @Test
    void outputBeyondTheLimitIsReadAndThrownAway() {
        CommandResult result = transport.run(
                CommandLine.of("sh", "-c", "printf 1234567890; head -c 1048576 /dev/zero; echo last >&2; exit 3")
                        .withMaxOutputBytes(5));

        assertThat(result.stdout()).isEqualTo("12345");
        assertThat(result.stderr()).isEqualTo("last\n");
        assertThat(result.isTruncated()).isTrue();
        assertThat(result.exitCode()).isEqualTo(3);
    }

    @Test
    void limitHoldsForErrorsToo() {
        CommandResult result = transport.run(
                CommandLine.of("sh", "-c", "printf 1234567890 >&2").withMaxOutputBytes(4));

        assertThat(result.stderr()).isEqualTo("1234");
        assertThat(result.isTruncated()).isTrue();
    }

    @Test
    void outputOfJustTheLimitIsWhole() {
        CommandResult result = transport.run(CommandLine.of("printf", "12345").withMaxOutputBytes(5));

        assertThat(result.stdout()).isEqualTo("12345");
        assertThat(result.isTruncated()).isFalse();
    }

    @Test
    void outputIsNotCutInsideALetter() {
        CommandResult result = transport.run(CommandLine.of("printf", "aé").withMaxOutputBytes(2));

        assertThat(result.stdout()).isEqualTo("a");
    }

    @Test
    void bytesThatAreNotUtf8BecomeReplacementCharacters() {
        assertThat(sh("printf 'a\\377b'").stdout()).isEqualTo("a\uFFFDb");
    }

    @Test
    void localeIsC() {
        assertThat(sh("echo \"${LC_ALL-}\"").stdout()).isEqualTo("C.UTF-8\n");
    }

    @Test
    void commandMayChooseItsLocale() {
        CommandLine command = CommandLine.of("sh", "-c", "echo \"$LANG,${LC_ALL:-$LANG}\"");

        assertThat(transport.run(command.withEnvironment("LC_ALL", "C")).stdout())
                .endsWith(",C\n");
        assertThat(transport.run(command.withEnvironment("LANG", "POSIX")).stdout())
                .isEqualTo("POSIX,POSIX\n");
    }

    @Test
    void elapsedTimeIsTold() {
        Duration elapsed = sh("sleep 0.2").elapsed();

        assertThat(elapsed).isBetween(Duration.ofMillis(200), Duration.ofSeconds(20));
    }

    // ---------------------------------------------------------------- commands: where and whether they run

    @Test
    void commandRunsInItsWorkingDirectory() {
        String directory = scratch + "/with blank and 'quote'";
        files.mkdirs(directory);

        CommandResult result = transport.run(CommandLine.of("pwd").withWorkingDirectory(directory));

        assertThat(result.stdout()).endsWith("/with blank and 'quote'\n");
    }

    @Test
    void missingWorkingDirectoryIsNamed() {
        String directory = scratch + "/missing";

        assertThatThrownBy(() -> transport.run(CommandLine.of("true").withWorkingDirectory(directory)))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(directory);
    }

    @Test
    void workingDirectoryThatIsAFileIsNamed() {
        String file = scratch + "/file";
        files.putText("", file, RW_R__R__);

        assertThatThrownBy(() -> transport.run(CommandLine.of("true").withWorkingDirectory(file)))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(file);
    }

    @Test
    void missingProgramIsNamed() {
        assertThatThrownBy(() -> run("no-such-program-hpc4j"))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("no-such-program-hpc4j")
                .hasMessageContaining("PATH");
    }

    @Test
    void missingProgramWithAPathIsNamed() {
        String program = scratch + "/missing";

        assertThatThrownBy(() -> run(program))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(program);
    }

    @Test
    void programThatIsNotExecutableIsNamed() {
        String program = scratch + "/plain";
        files.putText("#!/bin/sh\n", program, RW_R__R__);

        assertThatThrownBy(() -> run(program))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(program)
                .hasMessageContaining("executable");
    }

    @Test
    void programIsLookedUpInThePathOfTheCommand() {
        files.putText("#!/bin/sh\necho own\n", scratch + "/hpc4j-own", 0755);

        CommandResult result =
                transport.run(CommandLine.of("hpc4j-own").withEnvironment("PATH", scratch + ":/usr/bin:/bin"));

        assertThat(result.stdout()).isEqualTo("own\n");
    }

    @Test
    void secretsOfAFailedCommandAreNotTold() {
        CommandLine command = CommandLine.of("no-such-program-hpc4j")
                .withEnvironment("KIT_VALUE", "secret-1")
                .withStdin("secret-2");

        assertThatThrownBy(() -> transport.run(command)).message().doesNotContain("secret");
    }

    // ---------------------------------------------------------------- commands: their end

    @Test
    void timeLimitEndsACommandAndIsTold() {
        CommandLine command = CommandLine.of("sleep", "61").withTimeout(SHORT);

        assertThatThrownBy(() -> transport.run(command))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("sleep 61")
                .hasMessageContaining(SHORT.toString());
    }

    @Test
    void timeLimitEndsTheChildrenToo() {
        CommandLine command = CommandLine.of(
                        "sh", "-c", "sh -c 'sleep 62 & echo $! >\"$0/pid\"; wait' \"$0\"; echo on", scratch)
                .withTimeout(Duration.ofSeconds(3));

        assertThatThrownBy(() -> transport.run(command)).isInstanceOf(TransportException.class);

        awaitEndOf(pidIn(scratch + "/pid"));
    }

    @Test
    void timeLimitEndsACommandThatIgnoresTerm() {
        CommandLine command = CommandLine.of(
                        "sh", "-c", "trap '' TERM; echo $$ >\"$0/pid\"; while :; do sleep 0.1; done", scratch)
                .withTimeout(Duration.ofSeconds(3));

        assertThatThrownBy(() -> transport.run(command)).isInstanceOf(TransportException.class);

        awaitEndOf(pidIn(scratch + "/pid"));
    }

    @Test
    void childThatKeepsTheOutputDoesNotKeepTheCaller() {
        CommandResult result = transport.run(CommandLine.of("sh", "-c", "sleep 63 & echo $!; exit 3"));

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.elapsed()).isLessThan(Duration.ofSeconds(20));
        kill(result.stdout().strip());
    }

    @Test
    void outputThatAChildWritesJustAfterTheEndIsKept() {
        CommandResult result = sh("(sleep 1.1; echo late) & sleep 1; echo early");

        assertThat(result.stdout()).isEqualTo("early\nlate\n");
    }

    @Test
    void interruptingTheCallerEndsTheCommand() throws InterruptedException {
        AtomicBoolean flag = new AtomicBoolean();
        CompletableFuture<CommandResult> answer = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                answer.complete(transport.run(endless()));
            } catch (RuntimeException e) {
                flag.set(Thread.currentThread().isInterrupted());
                answer.completeExceptionally(e);
            }
        });
        caller.start();
        String pid = awaitPid();

        caller.interrupt();
        caller.join(LONG.toMillis());

        assertThatThrownBy(answer::join).hasCauseInstanceOf(TransportException.class);
        assertThat(flag).isTrue();
        awaitEndOf(pid);
    }

    @Test
    void interruptedCallerStartsNothing() {
        CommandLine command = CommandLine.of("mkdir", scratch + "/made");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> transport.run(command)).isInstanceOf(TransportException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(files.stat(scratch + "/made")).isEmpty();
    }

    @Test
    void closingEndsWhatIsInFlight() {
        CompletableFuture<CommandResult> answer = CompletableFuture.supplyAsync(() -> transport.run(endless()));
        String pid = awaitPid();

        transport.close();

        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TransportException.class);
        transport = openTransport();
        awaitEndOf(pid);
    }

    @Test
    void closedTransportRunsNothing() {
        transport.close();

        assertThatThrownBy(() -> run("true")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingTwiceIsNoError() {
        transport.close();
        transport.close();
    }

    @Test
    void fiftyCommandsRunAtOnce() {
        ExecutorService callers = Executors.newFixedThreadPool(50);
        CountDownLatch together = new CountDownLatch(50);
        try {
            List<CompletableFuture<CommandResult>> answers = IntStream.range(0, 50)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> {
                                together.countDown();
                                awaitAll(together);
                                return transport.run(CommandLine.of("sh", "-c", "cat; echo $0 >&2; exit $0", "" + i)
                                        .withStdin("input " + i));
                            },
                            callers))
                    .toList();

            for (int i = 0; i < answers.size(); i++) {
                CommandResult result = answers.get(i).join();
                assertThat(result.stdout()).isEqualTo("input " + i);
                assertThat(result.stderr()).isEqualTo(i + "\n");
                assertThat(result.exitCode()).isEqualTo(i);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    // ---------------------------------------------------------------- files: writing

    @Test
    void whatWasPutIsGot() {
        byte[] bytes = random(3 * MEBIBYTE + 7);

        files.put(new ByteArrayInputStream(bytes), scratch + "/binary", RW_R__R__);

        assertThat(got(scratch + "/binary")).isEqualTo(bytes);
    }

    @Test
    void emptyFileIsPutAndGot() {
        files.putText("", scratch + "/empty", RW_R__R__);

        assertThat(got(scratch + "/empty")).isEmpty();
        assertThat(files.stat(scratch + "/empty").orElseThrow().size()).isZero();
    }

    @Test
    void textIsWrittenInUtf8() {
        files.putText("é漢🚀\n", scratch + "/text", RW_R__R__);

        assertThat(run("cat", scratch + "/text").stdout()).isEqualTo("é漢🚀\n");
    }

    @Test
    void permissionsAreAsAskedWhateverTheUmask() {
        for (int permissions : new int[] {0600, 0640, 0666, 0755, 0777, 0400}) {
            files.putText("x", scratch + "/file", permissions);

            assertThat(files.stat(scratch + "/file").orElseThrow().permissions())
                    .isEqualTo(permissions);
        }
    }

    @Test
    void impossiblePermissionsAreRefused() {
        assertThatThrownBy(() -> files.putText("x", scratch + "/file", 010000))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> files.putText("x", scratch + "/file", -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void putReplacesContentAndPermissions() {
        files.putText("a long old text", scratch + "/file", 0400);
        files.putText("new", scratch + "/file", 0600);

        assertThat(text(scratch + "/file")).isEqualTo("new");
        assertThat(files.stat(scratch + "/file").orElseThrow().permissions()).isEqualTo(0600);
    }

    @Test
    void putReplacesALinkAndLeavesItsTarget() {
        files.putText("target", scratch + "/target", RW_R__R__);
        sh("ln -s target \"$0/link\"");

        files.putText("new", scratch + "/link", RW_R__R__);

        assertThat(text(scratch + "/link")).isEqualTo("new");
        assertThat(text(scratch + "/target")).isEqualTo("target");
    }

    @Test
    void readersSeeTheOldContentOrTheNew() {
        String path = scratch + "/file";
        String a = "a".repeat(MEBIBYTE);
        String b = "b".repeat(MEBIBYTE);
        files.putText(a, path, RW_R__R__);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 20; i++) {
                files.putText(i % 2 == 0 ? b : a, path, RW_R__R__);
            }
        });

        do {
            assertThat(text(path)).isIn(a, b);
        } while (!writer.isDone());

        writer.join();
        assertThat(files.list(scratch)).hasSize(1);
    }

    @Test
    void putThatFailsLeavesTheOldContentAndNothingElse() {
        files.putText("old", scratch + "/file", RW_R__R__);

        assertThatThrownBy(() -> files.put(new BrokenStream(), scratch + "/file", RW_R__R__))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(scratch + "/file");

        assertThat(text(scratch + "/file")).isEqualTo("old");
        assertThat(files.list(scratch)).hasSize(1);
    }

    @Test
    void putIntoAMissingFolderIsAnErrorThatNamesThePath() {
        String path = scratch + "/missing/file";

        assertThatThrownBy(() -> files.putText("x", path, RW_R__R__))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(path);
    }

    @Test
    void putOntoAFolderIsAnErrorAndLeavesNothing() {
        files.mkdirs(scratch + "/folder");

        assertThatThrownBy(() -> files.putText("x", scratch + "/folder", RW_R__R__))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(scratch + "/folder");

        assertThat(files.list(scratch)).hasSize(1);
        assertThat(files.list(scratch + "/folder")).isEmpty();
    }

    @Test
    void hostileNamesAreNames() {
        for (String name : HOSTILE) {
            if (name.isEmpty()) {
                continue;
            }
            String path = scratch + "/" + name;
            files.putText(name, path, RW_R__R__);
            assertThat(text(path)).isEqualTo(name);
        }

        assertThat(files.list(scratch).stream().map(RemoteFiles.Entry::path))
                .containsExactlyInAnyOrderElementsOf(HOSTILE.stream()
                        .filter(n -> !n.isEmpty())
                        .map(n -> scratch + "/" + n)
                        .toList());
    }

    // ---------------------------------------------------------------- files: looking and reading

    @Test
    void statTellsWhatAFileIs() {
        Instant before = Instant.now().minusSeconds(3600);
        files.putText("12345", scratch + "/file", 0640);

        RemoteFiles.Entry entry = files.stat(scratch + "/file").orElseThrow();

        assertThat(entry.path()).isEqualTo(scratch + "/file");
        assertThat(entry.isDirectory()).isFalse();
        assertThat(entry.size()).isEqualTo(5);
        assertThat(entry.permissions()).isEqualTo(0640);
        assertThat(entry.modifiedAt()).isBetween(before, Instant.now().plusSeconds(3600));
    }

    @Test
    void statTellsAFolder() {
        assertThat(files.stat(scratch).orElseThrow().isDirectory()).isTrue();
    }

    @Test
    void statFollowsLinks() {
        files.putText("12345", scratch + "/file", RW_R__R__);
        sh("ln -s file \"$0/link\"; ln -s nowhere \"$0/dangling\"");

        assertThat(files.stat(scratch + "/link").orElseThrow().size()).isEqualTo(5);
        assertThat(files.stat(scratch + "/dangling")).isEmpty();
    }

    @Test
    void whatDoesNotExistHasNoStat() {
        files.putText("", scratch + "/file", RW_R__R__);

        assertThat(files.stat(scratch + "/missing")).isEmpty();
        assertThat(files.stat(scratch + "/missing/below")).isEmpty();
        assertThat(files.stat(scratch + "/file/below")).isEmpty();
    }

    @Test
    void listIsOrderedByNameAndHasHiddenFiles() {
        files.putText("12", scratch + "/b", RW_R__R__);
        files.putText("1", scratch + "/.hidden", RW_R__R__);
        files.mkdirs(scratch + "/a");
        files.putText("", scratch + "/a/below", RW_R__R__);

        List<RemoteFiles.Entry> all = files.list(scratch);

        assertThat(all.stream().map(RemoteFiles.Entry::path))
                .containsExactly(scratch + "/.hidden", scratch + "/a", scratch + "/b");
        assertThat(all.stream().map(RemoteFiles.Entry::isDirectory)).containsExactly(false, true, false);
        assertThat(all.get(2).size()).isEqualTo(2);
    }

    @Test
    void emptyFolderListsNothing() {
        assertThat(files.list(scratch)).isEmpty();
    }

    @Test
    void listingWhatIsNoFolderIsAnErrorThatNamesIt() {
        files.putText("", scratch + "/file", RW_R__R__);

        for (String path : List.of(scratch + "/file", scratch + "/missing")) {
            assertThatThrownBy(() -> files.list(path))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining(path);
        }
    }

    @Test
    void readingWhatIsNoFileIsAnErrorThatNamesIt() {
        for (String path : List.of(scratch, scratch + "/missing")) {
            assertThatThrownBy(() -> files.get(path, new ByteArrayOutputStream()))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining(path);
            assertThatThrownBy(() -> files.read(path, 0, 1))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining(path);
            assertThatThrownBy(() -> files.tail(path, 1))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining(path);
        }
    }

    @Test
    void fileOfOthersIsAnErrorThatNamesIt() {
        assumeTrue(!run("id", "-u").stdout().strip().equals("0"), "the superuser may read all");
        files.putText("secret", scratch + "/file", 0);

        assertThatThrownBy(() -> files.get(scratch + "/file", new ByteArrayOutputStream()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(scratch + "/file");
    }

    @Test
    void partOfAFileIsRead() {
        files.putText("0123456789", scratch + "/file", RW_R__R__);

        assertThat(files.read(scratch + "/file", 0, 3)).asString().isEqualTo("012");
        assertThat(files.read(scratch + "/file", 4, 3)).asString().isEqualTo("456");
        assertThat(files.read(scratch + "/file", 8, 5)).asString().isEqualTo("89");
        assertThat(files.read(scratch + "/file", 10, 5)).isEmpty();
        assertThat(files.read(scratch + "/file", 1L << 40, 5)).isEmpty();
        assertThat(files.read(scratch + "/file", 2, 0)).isEmpty();
        assertThat(files.read(scratch + "/file", 0, Integer.MAX_VALUE)).hasSize(10);
    }

    @Test
    void endOfAFileIsRead() {
        files.putText("0123456789", scratch + "/file", RW_R__R__);

        assertThat(files.tail(scratch + "/file", 3)).asString().isEqualTo("789");
        assertThat(files.tail(scratch + "/file", 10)).asString().isEqualTo("0123456789");
        assertThat(files.tail(scratch + "/file", Integer.MAX_VALUE)).asString().isEqualTo("0123456789");
        assertThat(files.tail(scratch + "/file", 0)).isEmpty();
    }

    @Test
    void negativeOffsetsAndLengthsAreRefused() {
        files.putText("0123456789", scratch + "/file", RW_R__R__);

        assertThatThrownBy(() -> files.read(scratch + "/file", -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> files.read(scratch + "/file", 0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> files.tail(scratch + "/file", -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void growingFileIsReadWhereItGrew() {
        files.putText("first\n", scratch + "/log", RW_R__R__);
        assertThat(files.read(scratch + "/log", 0, 100)).asString().isEqualTo("first\n");

        sh("echo second >>\"$0/log\"");

        assertThat(files.read(scratch + "/log", 6, 100)).asString().isEqualTo("second\n");
        assertThat(files.tail(scratch + "/log", 7)).asString().isEqualTo("second\n");
    }

    // ---------------------------------------------------------------- files: folders and removing

    @Test
    void foldersAreMadeWithThoseAbove() {
        files.mkdirs(scratch + "/a/b/c");
        files.mkdirs(scratch + "/a/b/c");

        assertThat(files.stat(scratch + "/a/b/c").orElseThrow().isDirectory()).isTrue();
    }

    @Test
    void linkToAFolderIsAFolder() {
        files.mkdirs(scratch + "/folder");
        sh("ln -s folder \"$0/link\"");

        files.mkdirs(scratch + "/link");
        files.mkdirs(scratch + "/link/below");

        assertThat(files.stat(scratch + "/folder/below")).isPresent();
    }

    @Test
    void folderInPlaceOfAFileIsAnErrorThatNamesIt() {
        files.putText("", scratch + "/file", RW_R__R__);

        for (String path : List.of(scratch + "/file", scratch + "/file/below")) {
            assertThatThrownBy(() -> files.mkdirs(path))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining(path);
        }
    }

    @Test
    void fileIsRemoved() {
        files.putText("", scratch + "/file", RW_R__R__);

        files.remove(scratch + "/file");

        assertThat(files.list(scratch)).isEmpty();
    }

    @Test
    void folderIsRemovedWithAllThatIsInIt() {
        files.mkdirs(scratch + "/folder/a/b");
        files.putText("", scratch + "/folder/a/b/file", 0400);
        files.putText("", scratch + "/folder/.hidden", RW_R__R__);

        files.remove(scratch + "/folder");

        assertThat(files.list(scratch)).isEmpty();
    }

    @Test
    void removingWhatDoesNotExistIsNoError() {
        files.remove(scratch + "/missing");
        files.remove(scratch + "/missing/below");
    }

    @Test
    void removingDoesNotFollowLinks() {
        files.mkdirs(scratch + "/kept");
        files.putText("", scratch + "/kept/file", RW_R__R__);
        sh("ln -s kept \"$0/link\"; mkdir \"$0/folder\"; ln -s ../kept \"$0/folder/link\"");

        files.remove(scratch + "/link");
        files.remove(scratch + "/folder");

        assertThat(files.list(scratch).stream().map(RemoteFiles.Entry::path)).containsExactly(scratch + "/kept");
        assertThat(files.stat(scratch + "/kept/file")).isPresent();
    }

    @Test
    void rootAndNothingAreNeverRemoved() {
        for (String path : List.of("", "/", "//", "/.", "/..", scratch + "/..", ".", "..")) {
            assertThatThrownBy(() -> files.remove(path))
                    .as("removing '%s'", path)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    // ---------------------------------------------------------------- help

    private CommandResult run(String program, String... arguments) {
        return transport.run(CommandLine.of(program, arguments).withTimeout(LONG));
    }

    /** Runs a script whose {@code $0} is the scratch folder. */
    private CommandResult sh(String script) {
        return run("sh", "-c", script, scratch);
    }

    private CommandLine endless() {
        return CommandLine.of("sh", "-c", "echo $$ >\"$0/new\"; mv \"$0/new\" \"$0/pid\"; exec sleep 64", scratch);
    }

    private String awaitPid() {
        Eventually.until(LONG, "process id", () -> files.stat(scratch + "/pid"), Optional::isPresent);
        return pidIn(scratch + "/pid");
    }

    private String pidIn(String path) {
        return text(path).strip();
    }

    private void awaitEndOf(String pid) {
        Eventually.until(LONG, "end of process " + pid, () -> isAlive(pid), alive -> !alive);
    }

    private boolean isAlive(String pid) {
        return sh("kill -0 " + pid + " 2>/dev/null && ! grep -q '^State:.Z' /proc/" + pid + "/status 2>/dev/null")
                .isSuccess();
    }

    private void kill(String pid) {
        sh("kill " + pid);
    }

    private String text(String path) {
        return new String(got(path), StandardCharsets.UTF_8);
    }

    private byte[] got(String path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        files.get(path, bytes);
        return bytes.toByteArray();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives some bytes and then breaks. */
    private static final class BrokenStream extends InputStream {

        private int left = 100_000;

        @Override
        public int read() throws IOException {
            if (left-- <= 0) {
                throw new IOException("the source broke");
            }
            return 'x';
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length > 0) {
                target[offset] = (byte) read();
            }
            return Math.min(length, 1);
        }
    }
}
