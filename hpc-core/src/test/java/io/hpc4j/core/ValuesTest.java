package io.hpc4j.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    // ---------------------------------------------------------------- JobId

    @Test
    void idsAreOrderedAsPeopleCount() {
        List<String> ordered =
                List.of("9", "10", "12.server", "141", "141_2", "141_10", "141[]", "99999999999999999999", "a");

        assertThat(ordered.stream().map(JobId::of).sorted().map(JobId::nativeId))
                .containsExactlyInAnyOrderElementsOf(ordered);
        assertThat(JobId.of("9")).isLessThan(JobId.of("10"));
        assertThat(JobId.of("141_2")).isLessThan(JobId.of("141_10"));
        assertThat(JobId.of("99999999999999999999")).isGreaterThan(JobId.of("99999999999999999998"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1 2", "1\n", "\0", "\u007f"})
    void idsAreOneWord(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> JobId.of(text)).withMessageContaining("job id");
    }

    @Test
    void idsAreNotEndless() {
        assertThatIllegalArgumentException().isThrownBy(() -> JobId.of("1".repeat(257)));
    }

    @Provide
    Arbitrary<JobId> ids() {
        return Arbitraries.strings()
                .withChars("0129_.a[]")
                .ofMinLength(1)
                .ofMaxLength(8)
                .map(JobId::of);
    }

    @Property
    void orderOfIdsIsATotalOne(@ForAll("ids") JobId a, @ForAll("ids") JobId b, @ForAll("ids") JobId c) {
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
        assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
        if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
            assertThat(a.compareTo(c)).isNotPositive();
        }
    }

    // ---------------------------------------------------------------- ArrayRange

    @ParameterizedTest
    @CsvSource({
        "7, 7-7, 1",
        "1-10, 1-10, 10",
        "1-10:2, 1-10:2, 5",
        "1-10:2%4, 1-10:2%4, 5",
        "3%1, 3-3%1, 1",
        "0-0, 0-0, 1"
    })
    void rangesAreRead(String text, String written, int size) {
        ArrayRange range = ArrayRange.parse(text);

        assertThat(range).hasToString(written);
        assertThat(range.size()).isEqualTo(size);
        assertThat(ArrayRange.parse(written)).isEqualTo(range);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "-1", "1-", "5-1", "1-5:0", "1-5%0", "1,2", "1-2-3", " 1", "1:2", "1-9999999999", "٣"})
    void otherRangesAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ArrayRange.parse(text));
    }

    @Property
    void indexesOfARangeAreItsSizeAndWithinIt(
            @ForAll @IntRange(max = 1000) int first,
            @ForAll @IntRange(max = 1000) int length,
            @ForAll @IntRange(min = 1, max = 50) int step) {
        ArrayRange range = ArrayRange.of(first, first + length).withStep(step);

        assertThat(range.indexes().boxed().toList())
                .hasSize(range.size())
                .startsWith(first)
                .isSorted()
                .allMatch(i -> i <= first + length && (i - first) % step == 0);
    }

    @Test
    void largestRangeDoesNotOverflow() {
        ArrayRange range = ArrayRange.of(0, Integer.MAX_VALUE - 1);

        assertThat(range.size()).isEqualTo(Integer.MAX_VALUE);
        assertThat(range.withStep(Integer.MAX_VALUE).indexes()).containsExactly(0);
        assertThat(range.withMaxRunning(3).maxRunning()).hasValue(3);
    }

    @Test
    void rangeWithMoreIndexesThanCanBeCountedIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ArrayRange.of(0, Integer.MAX_VALUE));
    }

    // ---------------------------------------------------------------- ExitStatus

    @Test
    void endIsToldAsAShellWould() {
        assertThat(ExitStatus.ofCode(0)).isSameAs(ExitStatus.SUCCESS);
        assertThat(ExitStatus.ofCode(3).shellCode()).isEqualTo(3);
        assertThat(ExitStatus.ofSignal(9).shellCode()).isEqualTo(137);
        assertThat(ExitStatus.ofSignal(127).shellCode()).isEqualTo(255);
        assertThat(ExitStatus.ofCode(0).isSuccess()).isTrue();
        assertThat(ExitStatus.ofCode(1).isSuccess()).isFalse();
        assertThat(ExitStatus.ofSignal(9).isSuccess()).isFalse();
        assertThat(ExitStatus.ofSignal(9)).hasToString("signal 9");
        assertThat(ExitStatus.ofCode(3)).hasToString("exit code 3");
    }

    @Test
    void impossibleEndsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExitStatus.ofCode(256))
                .withMessageContaining("256");
        assertThatIllegalArgumentException().isThrownBy(() -> ExitStatus.ofCode(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> ExitStatus.ofSignal(128));
        assertThatIllegalArgumentException().isThrownBy(() -> ExitStatus.ofSignal(-1));
    }

    // ---------------------------------------------------------------- ResourceUsage

    @Test
    void unknownFiguresAreAbsent() {
        ResourceUsage none = ResourceUsage.NONE;

        assertThat(none.cpuTime()).isEmpty();
        assertThat(none.memoryBytes()).isEmpty();
        assertThat(none.memoryByteSeconds()).isEmpty();
        assertThat(none.energyJoules()).isEmpty();
        assertThat(none.measuredAt()).isEmpty();
        assertThat(none).isEqualTo(ResourceUsage.builder().build());
    }

    @Test
    void figuresThatAreZeroAreKnown() {
        ResourceUsage usage = ResourceUsage.builder()
                .memoryBytes(0)
                .cpuTime(Duration.ZERO)
                .energyJoules(0)
                .build();

        assertThat(usage.memoryBytes()).hasValue(0);
        assertThat(usage.cpuTime()).contains(Duration.ZERO);
        assertThat(usage.energyJoules()).hasValue(0);
        assertThat(usage).isNotEqualTo(ResourceUsage.NONE);
    }

    @Test
    void copyOfUsageIsEqual() {
        ResourceUsage usage = ResourceUsage.builder()
                .cpuTime(Duration.ofSeconds(1))
                .elapsed(Duration.ofSeconds(2))
                .memoryBytes(3)
                .peakMemoryBytes(4)
                .memoryByteSeconds(5)
                .readBytes(6)
                .writtenBytes(7)
                .ioWait(Duration.ofSeconds(8))
                .energyJoules(9)
                .gpuTime(Duration.ofSeconds(10))
                .peakGpuMemoryBytes(11)
                .measuredAt(Instant.ofEpochSecond(12))
                .build();

        assertThat(usage.toBuilder().build()).isEqualTo(usage).hasSameHashCodeAs(usage);
        assertThat(usage.toBuilder().writtenBytes(70).build()).isNotEqualTo(usage);
    }

    @Test
    void negativeFiguresAreRefused() {
        ResourceUsage.Builder usage = ResourceUsage.builder();
        Stream.<Runnable>of(
                        () -> usage.memoryBytes(-1),
                        () -> usage.peakMemoryBytes(Long.MIN_VALUE),
                        () -> usage.energyJoules(-0.5),
                        () -> usage.memoryByteSeconds(Double.NaN),
                        () -> usage.cpuTime(Duration.ofNanos(-1)))
                .forEach(setter -> assertThatIllegalArgumentException()
                        .isThrownBy(setter::run)
                        .withMessageContaining("must not be negative"));
    }
}
