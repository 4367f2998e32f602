package io.hpc4j.core.spi.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WalltimesTest {

    private static final long YEARS = 100L * 366 * 86_400;

    @ParameterizedTest
    @CsvSource({
        "30, PT30M",
        "30:15, PT30M15S",
        "2:30:15, PT2H30M15S",
        "1-12, PT36H",
        "1-12:30, PT36H30M",
        "1-12:30:15, PT36H30M15S",
        "7-00:00:00, PT168H",
        "0:16, PT16S",
        "00:07.064, PT7.064S",
        "1-00:00:00.5, PT24H0.5S",
        "90:00, PT90M"
    })
    void walltimesOfSlurmAreRead(String text, Duration walltime) {
        assertThat(Walltimes.parseSlurm(text)).contains(walltime);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNLIMITED", "unlimited", "INFINITE", "infinite", "NOT_SET", "Partition_Limit", "n/a"})
    void noLimitOfSlurmIsNothing(String text) {
        assertThat(Walltimes.parseSlurm(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "90, PT90S",
        "90:00, PT90M",
        "100:00:00, PT100H",
        "1:02:03:04, PT26H3M4S",
        "1:00:00.25, PT1H0.25S",
        "00:00:00, PT0S"
    })
    void walltimesOfPbsAreRead(String text, Duration walltime) {
        assertThat(Walltimes.parsePbs(text)).contains(walltime);
    }

    @ParameterizedTest
    @CsvSource({"5400, PT90M", "1:30:00, PT90M", "1::1, PT1H1S", "::30, PT30S", "0x10, PT16S", "010, PT8S", "0, PT0S"})
    void timesOfGridEngineAreRead(String text, Duration walltime) {
        assertThat(Walltimes.parseGridEngine(text)).contains(walltime);
    }

    @Test
    void noLimitOfOthersIsNothing() {
        assertThat(Walltimes.parseGridEngine("INFINITY")).isEmpty();
        assertThat(Walltimes.parseGridEngine("NONE")).isEmpty();
        assertThat(Walltimes.parsePbs("--")).isEmpty();
    }

    @Test
    void writingRoundsUp() {
        Duration odd = Duration.ofSeconds(93_784).plusMillis(1);

        assertThat(Walltimes.formatSlurm(odd)).isEqualTo("1-02:03:05");
        assertThat(Walltimes.formatSlurm(Duration.ofNanos(1))).isEqualTo("00:00:01");
        assertThat(Walltimes.formatPbs(odd)).isEqualTo("26:03:05");
        assertThat(Walltimes.formatGridEngine(odd)).isEqualTo("93785");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void walltimeThatIsNotPositiveIsRefused(Duration walltime) {
        List<Function<Duration, String>> writers =
                List.of(Walltimes::formatSlurm, Walltimes::formatPbs, Walltimes::formatGridEngine);
        for (Function<Duration, String> writer : writers) {
            assertThatThrownBy(() -> writer.apply(walltime))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(walltime.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 30", "1d", "-1", "1:2:3:4", "1-", "1-2:3:4:5", "10m", "1.5", "9999999999"})
    void otherFormsOfSlurmAreRefused(String text) {
        assertThatThrownBy(() -> Walltimes.parseSlurm(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Property
    void whatIsWrittenIsRead(@ForAll @LongRange(min = 1, max = YEARS) long seconds) {
        Duration walltime = Duration.ofSeconds(seconds);

        assertThat(Walltimes.parseSlurm(Walltimes.formatSlurm(walltime))).contains(walltime);
        assertThat(Walltimes.parsePbs(Walltimes.formatPbs(walltime))).contains(walltime);
        assertThat(Walltimes.parseGridEngine(Walltimes.formatGridEngine(walltime)))
                .contains(walltime);
    }

    @Property
    void noJobGetsLessThanItAskedFor(
            @ForAll @LongRange(min = 1, max = YEARS) long seconds, @ForAll @IntRange(max = 999_999_999) int nanos) {
        Duration walltime = Duration.ofSeconds(seconds, nanos);

        assertThat(Walltimes.parseSlurm(Walltimes.formatSlurm(walltime)).orElseThrow())
                .isBetween(walltime, walltime.plusSeconds(1));
    }

    @Property
    void textIsReadOrRefused(@ForAll String text) {
        onlyRefuses(text, Walltimes::parseSlurm);
        onlyRefuses(text, Walltimes::parsePbs);
        onlyRefuses(text, Walltimes::parseGridEngine);
    }

    @Property
    void almostWalltimesAreReadOrRefused(@ForAll @CharRange(from = '-', to = ':') String text) {
        textIsReadOrRefused(text);
    }

    private static void onlyRefuses(String text, Function<String, Optional<Duration>> parser) {
        try {
            assertThat(parser.apply(text))
                    .satisfies(d ->
                            assertThat(d.orElse(Duration.ZERO).isNegative()).isFalse());
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("was").isExactlyInstanceOf(IllegalArgumentException.class);
        }
    }
}
