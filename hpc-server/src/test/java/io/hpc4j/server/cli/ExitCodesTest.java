package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Capability;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.CommandFailedException;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.NoSuchBackendException;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.RejectedJobException;
import io.hpc4j.core.TransportException;
import io.hpc4j.core.UnreadableOutputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ExitCodesTest {

    @TempDir
    Path folder;

    private record Case(int code, RuntimeException trouble) {}

    @TestFactory
    Stream<DynamicTest> eachExceptionHasItsExitCodeAndIsToldInOneSentence() {
        return Stream.of(
                        new Case(2, new IllegalArgumentException("nodes must be at least 1,\nwas 0")),
                        new Case(2, new NoSuchBackendException("no backend 'x'")),
                        new Case(3, new NoSuchJobException("no job 7")),
                        new Case(4, new BackendUnavailableException("the scheduler does not answer")),
                        new Case(4, new TransportException("connection refused")),
                        new Case(5, new RejectedJobException("queue 'x' does not exist")),
                        new Case(5, new UnsupportedOperationException("local: does not offer MAIL")),
                        new Case(6, new CommandFailedException("slurm", List.of("sbatch"), 1, "error: x\nerror: y\n")),
                        new Case(6, new UnreadableOutputException("squeue", 1, "a", "b")),
                        new Case(6, new HpcException("something else")),
                        new Case(6, new IllegalStateException("a mistake of ours")))
                .map(c -> DynamicTest.dynamicTest(c.trouble().getClass().getSimpleName(), () -> check(c)));
    }

    private void check(Case c) {
        Shell shell = new Shell(folder);
        shell.fake.fail(c.trouble());

        assertThat(shell.run("jobs")).isEqualTo(c.code());
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).startsWith("hpc: ").hasLineCount(1);
        assertThat(shell.err())
                .contains(String.valueOf(c.trouble().getMessage())
                        .lines()
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void stackTraceIsShownOnDemand() {
        Shell shell = new Shell(folder);
        shell.fake.fail(new RejectedJobException("no"));

        assertThat(shell.run("jobs", "--debug")).isEqualTo(5);
        assertThat(shell.err()).contains("hpc: no\n").contains("at io.hpc4j");
    }

    @Test
    void missingCapabilityIsARejection() {
        Shell shell = new Shell(folder);
        shell.fake.offer(EnumSet.noneOf(Capability.class));

        assertThat(shell.run("submit", "--priority", "3", "true")).isEqualTo(5);
        assertThat(shell.err()).contains("PRIORITY");
        assertThat(shell.fake.requests()).isEmpty();
    }

    @Test
    void wrongUsageIsTwoAndNamesTheHelp() {
        Shell shell = new Shell(folder);

        assertThat(shell.run("jobs", "--colour")).isEqualTo(2);
        assertThat(shell.err()).contains("--colour").contains("hpc jobs --help").hasLineCount(1);
        assertThat(shell.run("fly")).isEqualTo(2);
        assertThat(shell.run()).isEqualTo(2);
        assertThat(shell.run("submit", "--nodes", "0", "true")).isEqualTo(2);
        assertThat(shell.run("submit", "--nodes", "many", "true")).isEqualTo(2);
        assertThat(shell.run("jobs", "--cluster", "nowhere")).isEqualTo(2);
        assertThat(shell.run("submit")).isEqualTo(2);
    }

    @Test
    void outputThatCannotBeWrittenIsAFailure() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        FakeCluster fake = new FakeCluster();
        Surroundings around = new Surroundings(
                Map.of(),
                folder,
                InputStream.nullInputStream(),
                new PrintStream(full, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                false,
                Clock.systemUTC(),
                (uri, env) -> Cluster.builder(uri).provider(fake).connect());

        assertThat(Cli.run(around, "submit", "true")).isEqualTo(6);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("hpc: standard output could not be written\n");
    }
}
