package io.hpc4j.core.spi.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.ArrayRange;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayIdsTest {

    @Test
    void idsOfSlurmAreTakenApart() {
        ArrayIds.Tasks plain = ArrayIds.parseSlurm("123");
        assertThat(plain.id()).isEqualTo("123");
        assertThat(plain.isArray()).isFalse();
        assertThat(plain.size()).isZero();

        ArrayIds.Tasks one = ArrayIds.parseSlurm("123_4");
        assertThat(one.id()).isEqualTo("123");
        assertThat(one.isArray()).isTrue();
        assertThat(one.indexes()).containsExactly(4);

        ArrayIds.Tasks some = ArrayIds.parseSlurm("123_[1-5,7%2]");
        assertThat(some.indexes()).containsExactly(1, 2, 3, 4, 5, 7);
        assertThat(some.maxRunning()).hasValue(2);

        ArrayIds.Tasks stepped = ArrayIds.parseSlurm("123_[6-30:8%3]");
        assertThat(stepped.indexes()).containsExactly(6, 14, 22, 30);
        assertThat(stepped.maxRunning()).hasValue(3);

        assertThat(ArrayIds.parseSlurm("27+1").id()).isEqualTo("27+1");
    }

    @Test
    void idThatSqueueHasCutIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> ArrayIds.parseSlurm("123_[1,3,5,..."))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SLURM_BITSTR_LEN=0");
    }

    @Test
    void idsOfPbsAreTakenApart() {
        assertThat(ArrayIds.parsePbs("141.server.example").id()).isEqualTo("141.server.example");
        assertThat(ArrayIds.parsePbs("141.server.example").isArray()).isFalse();

        ArrayIds.Tasks whole = ArrayIds.parsePbs("141[].server");
        assertThat(whole.id()).isEqualTo("141[].server");
        assertThat(whole.isArray()).isTrue();
        assertThat(whole.ranges()).isEmpty();

        ArrayIds.Tasks one = ArrayIds.parsePbs("141[7].server");
        assertThat(one.id()).isEqualTo("141[].server");
        assertThat(one.indexes()).containsExactly(7);

        assertThat(ArrayIds.parsePbs("141[1-5:2,9]").indexes()).containsExactly(1, 3, 5, 9);
    }

    @Test
    void idsOfGridEngineAreTakenApart() {
        assertThat(ArrayIds.parseGridEngine("141").isArray()).isFalse();
        assertThat(ArrayIds.parseGridEngine("141.7").indexes()).containsExactly(7);
        assertThat(ArrayIds.parseGridEngine("24.1-3:1").indexes()).containsExactly(1, 2, 3);
        assertThat(ArrayIds.parseIndexes("1,3,9-41:16"))
                .containsExactly(
                        ArrayRange.of(1, 1),
                        ArrayRange.of(3, 3),
                        ArrayRange.of(9, 41).withStep(16));
    }

    @Test
    void idsOfTasksAreWritten() {
        assertThat(ArrayIds.slurmTask("123", 4)).isEqualTo("123_4");
        assertThat(ArrayIds.pbsTask("141[].server", 7)).isEqualTo("141[7].server");
        assertThat(ArrayIds.gridEngineTask("141", 7)).isEqualTo("141.7");
        assertThatThrownBy(() -> ArrayIds.pbsTask("141.server", 7)).hasMessageContaining("'141.server'");
    }

    @Test
    void millionsOfTasksAreARangeAndMoreAreRefused() {
        ArrayIds.Tasks many = ArrayIds.parseSlurm("1_[0-4000000]");
        assertThat(many.ranges()).hasSize(1);
        assertThat(many.size()).isEqualTo(4_000_001);
        assertThat(many.indexes().limit(3)).containsExactly(0, 1, 2);

        assertThatThrownBy(() -> ArrayIds.parseSlurm("1_[0-999999999]")).hasMessageContaining("1000000000 tasks");
        assertThatThrownBy(() -> ArrayIds.parseIndexes("0-4000000,0-4000000,0-4000000"))
                .hasMessageContaining("12000003 tasks");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "1_", "1_[", "1_[]", "1_[1-]", "1_[5-1]", "1_[1%0]", "1_[1,,2]", "1_4294967294", "1_-1"
            })
    void otherFormsOfSlurmAreRefused(String text) {
        assertThatThrownBy(() -> ArrayIds.parseSlurm(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void taskThatIsWrittenIsRead(@ForAll @IntRange(min = 1) int id, @ForAll @IntRange(max = 999_999_999) int index) {
        ArrayIds.Tasks slurm = ArrayIds.parseSlurm(ArrayIds.slurmTask("" + id, index));
        assertThat(slurm.id()).isEqualTo("" + id);
        assertThat(slurm.indexes()).containsExactly(index);

        ArrayIds.Tasks pbs = ArrayIds.parsePbs(ArrayIds.pbsTask(id + "[].a-server", index));
        assertThat(pbs.id()).isEqualTo(id + "[].a-server");
        assertThat(pbs.indexes()).containsExactly(index);

        ArrayIds.Tasks sge = ArrayIds.parseGridEngine(ArrayIds.gridEngineTask("" + id, index));
        assertThat(sge.id()).isEqualTo("" + id);
        assertThat(sge.indexes()).containsExactly(index);
    }

    @Provide
    Arbitrary<String> almostIds() {
        return Arbitraries.oneOf(
                Arbitraries.strings(),
                Arbitraries.strings().withChars("0123456789_[]-,:%.+ab").ofMaxLength(20));
    }

    @Property
    void textIsReadOrRefused(@ForAll("almostIds") String text) {
        List<Function<String, Object>> parsers =
                List.of(ArrayIds::parseSlurm, ArrayIds::parsePbs, ArrayIds::parseGridEngine, ArrayIds::parseIndexes);
        for (Function<String, Object> parser : parsers) {
            try {
                assertThat(parser.apply(text)).isNotNull();
            } catch (RuntimeException e) {
                assertThat(e).isExactlyInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
