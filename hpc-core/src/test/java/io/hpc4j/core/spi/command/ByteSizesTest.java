package io.hpc4j.core.spi.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizesTest {

    private static final long LARGEST = 1L << 60;

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1048576, 1048576",
        "4G, 4294967296",
        "4g, 4294967296",
        "512000kb, 524288000",
        "512 MiB, 536870912",
        "1.5GB, 1610612736",
        "1234K, 1263616",
        "2T, 2199023255552",
        "1P, 1125899906842624",
        "7E, 8070450532247928832",
        "0.0001K, 0",
        "10B, 10"
    })
    void sizesAreRead(String text, long bytes) {
        assertThat(ByteSizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"2048, 2147483648", "4G, 4294967296", "100Mn, 104857600", "100Mc, 104857600", "1.5G, 1610612736"})
    void sizesOfSlurmAreRead(String text, long bytes) {
        assertThat(ByteSizes.parseSlurm(text)).isEqualTo(bytes);
    }

    @Test
    void sizeOfSlurmMayBePerCpu() {
        assertThat(ByteSizes.isPerCpu("100Mc")).isTrue();
        assertThat(ByteSizes.isPerCpu("100Mn")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"512000kb, 524288000", "2gb, 2147483648", "2GB, 2147483648", "4mw, 33554432", "100b, 100", "100, 100"})
    void sizesOfPbsAreRead(String text, long bytes) {
        assertThat(ByteSizes.parsePbs(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "4G, 4294967296",
        "4g, 4000000000",
        "10K, 10240",
        "10k, 10000",
        "12.5M, 13107200",
        "0x10K, 16384",
        "010, 8",
        "100, 100",
        "0, 0"
    })
    void sizesOfGridEngineAreRead(String text, long bytes) {
        assertThat(ByteSizes.parseGridEngine(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INFINITY", "infinity", "NONE", "N/A"})
    void noLimitOfGridEngineIsNothing(String text) {
        assertThat(ByteSizes.parseGridEngine(text)).isEmpty();
    }

    @Test
    void writingRoundsUpToTheUnit() {
        assertThat(ByteSizes.formatSlurm((1 << 20) + 1)).isEqualTo("2M");
        assertThat(ByteSizes.formatSlurm(64L << 30)).isEqualTo("65536M");
        assertThat(ByteSizes.formatPbs(1)).isEqualTo("1kb");
        assertThat(ByteSizes.formatGridEngine(1025)).isEqualTo("2K");
        assertThat(ByteSizes.formatSlurm(Long.MAX_VALUE)).isEqualTo("8796093022208M");
    }

    @Test
    void sizeThatIsNotPositiveIsRefused() {
        List<LongFunction<String>> writers =
                List.of(ByteSizes::formatSlurm, ByteSizes::formatPbs, ByteSizes::formatGridEngine);
        for (LongFunction<String> writer : writers) {
            assertThatThrownBy(() -> writer.apply(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writer.apply(-5)).hasMessageContaining("-5");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "-1", "1.G", "1,5G", "4X", "4GG", "8E", "99999999999999999999", "1e3"})
    void otherFormsAreRefused(String text) {
        assertThatThrownBy(() -> ByteSizes.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Property
    void whatIsWrittenIsReadAndNeverLess(@ForAll @LongRange(min = 1, max = LARGEST) long bytes) {
        assertThat(ByteSizes.parseSlurm(ByteSizes.formatSlurm(bytes))).isBetween(bytes, bytes + (1 << 20) - 1);
        assertThat(ByteSizes.parsePbs(ByteSizes.formatPbs(bytes))).isBetween(bytes, bytes + 1023);
        assertThat(ByteSizes.parseGridEngine(ByteSizes.formatGridEngine(bytes)).orElseThrow())
                .isBetween(bytes, bytes + 1023);
    }

    @Provide
    Arbitrary<String> almostSizes() {
        return Arbitraries.oneOf(
                Arbitraries.strings(),
                Arbitraries.strings()
                        .withChars("0123456789.xKMGTPEkmgtpeBbwinc ")
                        .ofMaxLength(12));
    }

    @Property
    void textIsReadOrRefused(@ForAll("almostSizes") String text) {
        onlyRefuses(() -> assertThat(ByteSizes.parse(text)).isNotNegative());
        onlyRefuses(() -> assertThat(ByteSizes.parseSlurm(text)).isNotNegative());
        onlyRefuses(() -> assertThat(ByteSizes.parsePbs(text)).isNotNegative());
        onlyRefuses(() -> assertThat(ByteSizes.parseGridEngine(text).orElse(0)).isNotNegative());
        ByteSizes.isPerCpu(text);
    }

    private static void onlyRefuses(Runnable reading) {
        Consumer<Throwable> refused = e -> assertThat(e).isExactlyInstanceOf(IllegalArgumentException.class);
        try {
            reading.run();
        } catch (RuntimeException e) {
            refused.accept(e);
        }
    }
}
