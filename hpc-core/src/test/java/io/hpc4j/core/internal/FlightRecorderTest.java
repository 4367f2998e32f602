package io.hpc4j.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.recording.RecordedCall;
import io.hpc4j.core.recording.Recording;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.RemoteFiles;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.Transport;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecorderTest {

    private static final ClusterUri CLUSTER = ClusterUri.parse("slurm:");

    @TempDir
    private Path folder;

    private final Map<Map<String, String>, Double> counts = new HashMap<>();

    /** Answers each command with the same text. */
    private record Printing(String text) implements Transport {

        @Override
        public CommandResult run(CommandLine command) {
            return new CommandResult(ExitStatus.ofCode(0), text, "", false, Duration.ZERO);
        }

        @Override
        public RemoteFiles files() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private void tell(String name, double value, Map<String, String> labels) {
        if (name.equals("hpc_scheduler_commands_total")) {
            counts.put(labels, value);
        }
    }

    private FlightRecorder recorder(Optional<Path> file) {
        CallBudget unlimited = CallBudget.of("slurm:", 0, folder.resolve("budget"), Clock.systemUTC(), this::tell);
        return new FlightRecorder(CLUSTER, Clock.systemUTC(), unlimited, this::tell, file);
    }

    @Test
    void ofAHundredThousandCommandsTheNewestAreKept() {
        FlightRecorder recorder = recorder(Optional.empty());
        Transport transport = recorder.around(new Printing("141|RUNNING|x".repeat(80)));
        for (int i = 0; i < 100_000; i++) {
            transport.run(CommandLine.of("squeue", Integer.toString(i)));
        }
        Recording recording = recorder.recording();

        assertThat(recording.calls()).hasSize(2000);
        assertThat(recording.forgotten()).isEqualTo(98_000);
        assertThat(recording.commands().get(1999).asked().arguments()).containsExactly("squeue", "99999");
    }

    @Test
    void longOutputsCostNoMoreMemoryThanShortOnes() {
        Ring ring = new Ring(2000, 16L << 20);
        FlightRecorder recorder = recorder(Optional.empty());
        Transport transport = recorder.around(new Printing("y".repeat(1_000_000)));
        for (int i = 0; i < 200; i++) {
            transport.run(CommandLine.of("squeue"));
        }
        List<RecordedCall> kept = recorder.recording().calls();
        kept.forEach(ring::add);

        assertThat(kept).hasSizeBetween(20, 40);
        assertThat(ring.bytes()).isLessThanOrEqualTo(16L << 20);
        assertThat(ring.forgotten()).isZero();
    }

    @Test
    void aFileIsPutAsideWhenItIsFullAndTheNewestCallsStayReadable() throws IOException {
        Path file = folder.resolve("state/recordings/slurm");
        FlightRecorder recorder = recorder(Optional.of(file));
        Transport transport = recorder.around(new Printing("141|RUNNING|x".repeat(200)));
        for (int i = 0; i < 5000; i++) {
            transport.run(CommandLine.of("squeue", Integer.toString(i)));
        }
        assertThat(Files.size(file)).isLessThan((4L << 20) + 10_000);
        assertThat(Files.size(file.resolveSibling("slurm.1"))).isBetween(4L << 20, (4L << 20) + 10_000);
        Recording read = RecordingFile.read(file);
        assertThat(read.damagedLines()).isZero();
        assertThat(read.commands()).hasSizeGreaterThan(1000);
        assertThat(read.commands().get(read.commands().size() - 1).asked().arguments())
                .containsExactly("squeue", "4999");
    }

    @Test
    void whatIsWrittenBehindALineThatWasCutIsReadAll() throws IOException {
        Path file = folder.resolve("slurm");
        FlightRecorder before = recorder(Optional.of(file));
        before.around(new Printing("one")).run(CommandLine.of("squeue", "1"));
        Files.writeString(file, "command\tsession=dead\tnumber=1\tat=20", StandardOpenOption.APPEND);
        FlightRecorder after = recorder(Optional.of(file));
        after.around(new Printing("two")).run(CommandLine.of("squeue", "2"));

        Recording read = RecordingFile.read(file);
        assertThat(read.commands().stream().map(c -> c.asked().arguments().get(1)))
                .containsExactly("1", "2");
        assertThat(read.damagedLines()).isEqualTo(1);
    }

    @Test
    void aFileThatCannotBeWrittenDisturbsNobody() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        FlightRecorder recorder = recorder(Optional.of(folder.resolve("file/slurm")));
        Transport transport = recorder.around(new Printing("x"));

        assertThat(transport.run(CommandLine.of("squeue")).stdout()).isEqualTo("x");
        assertThat(transport.run(CommandLine.of("squeue")).stdout()).isEqualTo("x");
        assertThat(recorder.recording().calls()).hasSize(2);
    }

    @Test
    void aBackendThatMakesUpProgramsMakesUpNoSeries() {
        Transport transport = recorder(Optional.empty()).around(new Printing("x"));
        for (int i = 0; i < 1000; i++) {
            transport.run(CommandLine.of("/opt/bin/program-" + i));
        }
        assertThat(counts).hasSize(33).containsEntry(Map.of("program", "other", "outcome", "success"), 968.0);
    }

    /** Whoever adds a method to the SPI decides here whether it asks the scheduler. */
    @Test
    void everyCallOfTheSpiIsRecordedUnlessItAsksNobody() {
        Set<String> recorded = new TreeSet<>();
        for (Method method : SchedulerBackend.class.getMethods()) {
            FlightRecorder recorder = recorder(Optional.empty());
            SchedulerBackend backend = recorder.around(new NothingBackend());
            try {
                method.invoke(
                        backend,
                        Arrays.stream(method.getParameterTypes())
                                .map(FlightRecorderTest::any)
                                .toArray());
            } catch (ReflectiveOperationException e) {
                assertThat(e).hasCauseInstanceOf(RuntimeException.class); // refused, and recorded all the same
            }
            recorder.recording().calls().forEach(c -> recorded.add(c.origin().operation()));
        }
        Set<String> all = new TreeSet<>();
        Arrays.stream(SchedulerBackend.class.getMethods()).forEach(m -> all.add(m.getName()));
        all.removeAll(Set.of("capabilities", "reportsEveryChange", "close"));
        assertThat(recorded).isEqualTo(all);
    }

    private static Object any(Class<?> type) {
        if (type.isAssignableFrom(List.class)) {
            return List.of();
        }
        return type.equals(String.class) ? "x" : Spares.of(type);
    }
}
