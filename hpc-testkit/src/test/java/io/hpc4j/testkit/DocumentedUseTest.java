package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the page of the test kit shows. */
class DocumentedUseTest {

    /** The least that composes commands and reads their output. */
    private record SlurmSketch(Transport transport) {

        private String submit(String script) {
            return run("sbatch", "--parsable", script).stdout().strip();
        }

        private Map<String, String> states() {
            return run("squeue")
                    .stdout()
                    .lines()
                    .map(line -> List.of(line.split("[|]", -1)))
                    .collect(Collectors.toMap(fields -> fields.get(0), fields -> fields.get(1)));
        }

        private CommandResult run(String... command) {
            CommandResult result = transport.run(CommandLine.of(List.of(command)));
            if (!result.isSuccess()) {
                throw new BackendUnavailableException(result.stderr());
            }
            return result;
        }
    }

    @Test
    void commandsAreAnsweredAsTheTestSays() {
        FakeTransport transport = new FakeTransport();
        transport.expect("sbatch", "--parsable").prints("141\n");
        transport.expect("squeue").fails(1, "Unable to contact slurm controller");
        transport.expect("squeue").after(Duration.ofMillis(50)).prints("141|RUNNING\n");
        transport.files().putText("#!/bin/sh\n", "/job.sh", 0755);

        SlurmSketch backend = new SlurmSketch(transport); // composes the parsers, runs the commands

        assertThat(backend.submit("/job.sh")).isEqualTo("141");
        assertThatThrownBy(backend::states).hasMessageContaining("Unable to contact");
        assertThat(backend.states()).containsEntry("141", "RUNNING");
        assertThat(transport.calls("sbatch")).containsExactly(List.of("sbatch", "--parsable", "/job.sh"));
        transport.verify();
    }

    @Test
    void clockStandsStillUntilItIsAdvanced() {
        MutableClock clock = MutableClock.at("2026-01-31T12:00:00Z");
        clock.advance(Duration.ofMinutes(2));

        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-31T12:02:00Z"));
    }
}
