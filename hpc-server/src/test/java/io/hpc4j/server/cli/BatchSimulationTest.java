package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.JobRequest;
import io.hpc4j.core.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchSimulationTest {

    private static final String GOLDEN =
            "numbers,sum,mean\r\n\"[20, 34, 97, 64, 75, 22, 66, 84, 27, 90]\",579,57.9\r\n";

    @TempDir
    private Path folder = Path.of("/nonexistent");

    @Test
    void fileIsTheGoldenOneByteForByte() {
        assertThat(new BatchSimulation(42, 0).csv(1)).isEqualTo(GOLDEN);
    }

    @Test
    void scriptWritesWhatTheGeneratorSays() throws Exception {
        BatchSimulation simulation = new BatchSimulation(7, 0.3);
        for (int job = 1; job <= 20; job++) {
            int code = runScript(simulation.request(job, "out puts").build());
            Path file = folder.resolve("out puts/job_" + job + ".csv");
            if (simulation.fails(job)) {
                assertThat(code).isEqualTo(1);
                assertThat(file).doesNotExist();
            } else {
                assertThat(code).isZero();
                assertThat(Files.readString(file)).isEqualTo(simulation.csv(job));
            }
        }
        assertThat(folder.resolve("out puts").toFile().list((dir, name) -> !name.endsWith(".csv")))
                .isEmpty();
    }

    @Test
    void failingJobLeavesNoFileOfAnEarlierRun() throws Exception {
        Files.createDirectories(folder.resolve("outputs"));
        Files.writeString(folder.resolve("outputs/job_1.csv"), "old");

        assertThat(runScript(new BatchSimulation(1, 1).request(1, "outputs").build()))
                .isEqualTo(1);
        assertThat(folder.resolve("outputs/job_1.csv")).doesNotExist();
    }

    private int runScript(JobRequest request) throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("script"), ((Payload.ScriptText) request.payload()).text());
        ProcessBuilder sh = new ProcessBuilder("sh", script.toString()).directory(folder.toFile());
        sh.environment().putAll(request.environment());
        sh.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
        return sh.start().waitFor();
    }

    @Property
    void sumAndMeanAreThoseOfTheNumbers(@ForAll long seed, @ForAll @IntRange(min = 1, max = 10_000) int job) {
        String record = new BatchSimulation(seed, 0).csv(job).split("\r\n", -1)[1];
        String list = record.substring(record.indexOf('[') + 1, record.indexOf(']'));
        List<Integer> numbers =
                Arrays.stream(list.split(", ", -1)).map(Integer::valueOf).toList();
        List<String> fields = new ArrayList<>(
                List.of(record.substring(record.indexOf("]\",") + 3).split(",", -1)));
        int sum = numbers.stream().mapToInt(Integer::intValue).sum();

        assertThat(numbers).hasSize(10).allMatch(n -> n >= 1 && n <= 100);
        assertThat(fields).containsExactly(Integer.toString(sum), Double.toString(sum / 10.0));
    }

    @Test
    void failRateIsThatPartOfTheJobs() {
        BatchSimulation simulation = new BatchSimulation(3, 0.25);

        assertThat(IntStream.rangeClosed(1, 10_000).filter(simulation::fails).count())
                .isBetween(2300L, 2700L);
        assertThat(IntStream.rangeClosed(1, 10_000).filter(new BatchSimulation(3, 0)::fails))
                .isEmpty();
        assertThatThrownBy(() -> new BatchSimulation(3, 1.1)).hasMessageContaining("FAIL_RATE");
        assertThatThrownBy(() -> new BatchSimulation(3, Double.NaN)).hasMessageContaining("FAIL_RATE");
    }

    @Test
    void settingsAreReadFromTheEnvironment() {
        BatchSettings usual = BatchSettings.from(Map.of("NUM_JOBS", ""));
        BatchSettings all = BatchSettings.from(
                Map.of("NUM_JOBS", "20", "SEED", "-3", "FAIL_RATE", "0.5", "WORKERS", "4", "OUTPUT_DIR", "/tmp/o"));

        assertThat(usual.jobs()).isEqualTo(5);
        assertThat(usual.folder()).isEqualTo("outputs");
        assertThat(usual.seed()).isEmpty();
        assertThat(all.jobs()).isEqualTo(20);
        assertThat(all.seed()).hasValue(-3);
        assertThat(all.workers()).hasValue(4);
        assertThat(all.folder()).isEqualTo("/tmp/o");
        for (String jobs : List.of("0", "10001", "-1", "many", "5000000000", "1.5")) {
            assertThatThrownBy(() -> BatchSettings.from(Map.of("NUM_JOBS", jobs)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("NUM_JOBS");
        }
        assertThatThrownBy(() -> BatchSettings.from(Map.of("WORKERS", "0"))).hasMessageContaining("WORKERS");
    }

    @Test
    void dotEnvIsReadAndTheEnvironmentWins() throws IOException {
        Files.writeString(folder.resolve(".env"), """
                # a comment
                NUM_JOBS=7
                export SEED = "12"   # why not
                FAIL_RATE='0.5'
                WORKERS=3 # three
                OUTPUT_DIR=
                nonsense
                HASH=a#b
                """);

        assertThat(DotEnv.over(folder, Map.of("NUM_JOBS", "9")))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "NUM_JOBS", "9",
                        "SEED", "12",
                        "FAIL_RATE", "0.5",
                        "WORKERS", "3",
                        "OUTPUT_DIR", "",
                        "HASH", "a#b"));
    }
}
