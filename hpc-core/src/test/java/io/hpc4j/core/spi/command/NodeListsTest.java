package io.hpc4j.core.spi.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.spi.command.NodeLists.NodeSlots;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeListsTest {

    @Test
    void listsOfSlurmAreWrittenOut() {
        assertThat(NodeLists.expandSlurm("n[01-04,7]")).containsExactly("n01", "n02", "n03", "n04", "n7");
        assertThat(NodeLists.expandSlurm("r[1-2]n[1-2]")).containsExactly("r1n1", "r1n2", "r2n1", "r2n2");
        assertThat(NodeLists.expandSlurm("n[001-003]-ib")).containsExactly("n001-ib", "n002-ib", "n003-ib");
        assertThat(NodeLists.expandSlurm("login,n[9-11],gpu-a100"))
                .containsExactly("login", "n9", "n10", "n11", "gpu-a100");
        assertThat(NodeLists.expandSlurm("n[098-101]")).containsExactly("n098", "n099", "n100", "n101");
        assertThat(NodeLists.expandSlurm("localhost")).containsExactly("localhost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "(null)", "None", "None assigned"})
    void noNodesAreNone(String text) {
        assertThat(NodeLists.expandSlurm(text)).isEmpty();
        assertThat(NodeLists.parseExecHost(text)).isEmpty();
    }

    @Test
    void listsOfSlurmAreShortened() {
        assertThat(NodeLists.compressSlurm(List.of("n3", "n1", "n2", "n7"))).isEqualTo("n[1-3,7]");
        assertThat(NodeLists.compressSlurm(List.of("n9", "n10", "n8"))).isEqualTo("n[8-10]");
        assertThat(NodeLists.compressSlurm(List.of("n099", "n100", "n098"))).isEqualTo("n[098-100]");
        assertThat(NodeLists.compressSlurm(List.of("n1", "n01", "n001"))).isEqualTo("n[1,01,001]");
        assertThat(NodeLists.compressSlurm(List.of("r1n1-ib", "r1n2-ib", "login")))
                .isEqualTo("login,r1n[1-2]-ib");
        assertThat(NodeLists.compressSlurm(List.of("a", "a"))).isEqualTo("a");
        assertThat(NodeLists.compressSlurm(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n[",
                "n]",
                "n[1",
                "n[]",
                "n[1-]",
                "n[3-1]",
                "n[[1]]",
                "n[a-b]",
                ",",
                "a,",
                "a b",
                "n[1-9:2]",
                "n[0-99999999]",
                "n[0-9999]m[0-9999]"
            })
    void otherFormsOfSlurmAreRefused(String text) {
        assertThatThrownBy(() -> NodeLists.expandSlurm(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,b", "a[1]", "a b", "(null)"})
    void namesThatNoListCanTellAreRefused(String name) {
        assertThatThrownBy(() -> NodeLists.compressSlurm(List.of(name))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void execHostsAreRead() {
        assertThat(NodeLists.parseExecHost("n1/0+n1/1+n2/0"))
                .containsExactly(new NodeSlots("n1", 2), new NodeSlots("n2", 1));
        assertThat(NodeLists.parseExecHost("node02/0-1+node01/3-4"))
                .containsExactly(new NodeSlots("node02", 2), new NodeSlots("node01", 2));
        assertThat(NodeLists.parseExecHost("node01/3*2+node02/0*2"))
                .containsExactly(new NodeSlots("node01", 2), new NodeSlots("node02", 2));
        assertThat(NodeLists.parseExecHost("n1/0,2,5-6")).containsExactly(new NodeSlots("n1", 4));
        assertThat(NodeLists.parseExecHost("n1/0-3*2")).containsExactly(new NodeSlots("n1", 8));
        assertThat(NodeLists.parseExecHost("n1")).containsExactly(new NodeSlots("n1", 1));
        assertThat(NodeLists.formatExecHost(List.of(new NodeSlots("n1", 4), new NodeSlots("n2", 1))))
                .isEqualTo("n1/0-3+n2/0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"n1/", "/0", "n1/a", "n1/0+", "n1/0*x", "n1/0*9999999", "n1/3-1"})
    void otherExecHostsAreRefused(String text) {
        assertThatThrownBy(() -> NodeLists.parseExecHost(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hostLinesOfGridEngineAreRead() {
        assertThat(NodeLists.parseGridEngine("""
                        n1.example 4 all.q@n1.example UNDEFINED
                        n2.example 2 all.q@n2.example UNDEFINED
                        n1.example 1 fast.q@n1.example 0,1
                        """))
                .containsExactly(new NodeSlots("n1.example", 5), new NodeSlots("n2.example", 2));
        assertThat(NodeLists.parseGridEngine("n1\n\nall.q@n2\n"))
                .containsExactly(new NodeSlots("n1", 1), new NodeSlots("n2", 1));
        assertThatThrownBy(() -> NodeLists.parseGridEngine("n1 many")).hasMessageContaining("'n1 many'");
    }

    @Provide
    Arbitrary<String> names() {
        Arbitrary<String> letters =
                Arbitraries.strings().withChars("abn-._").ofMinLength(1).ofMaxLength(4);
        Arbitrary<String> digits = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 12).map(String::valueOf),
                Arbitraries.integers().between(95, 105).map(i -> "%03d".formatted(i)),
                Arbitraries.strings().numeric().ofMaxLength(20));
        Arbitrary<String> tails = Arbitraries.of("", "-ib", "n1", "n2", ".x");
        return Combinators.combine(letters, digits, tails).as((a, b, c) -> a + b + c);
    }

    @Property
    void shortenedListsOfSlurmAreWrittenOutAgain(@ForAll Set<@From("names") String> names) {
        List<String> again = NodeLists.expandSlurm(NodeLists.compressSlurm(names));

        assertThat(again).containsExactlyInAnyOrderElementsOf(names);
    }

    @Provide
    Arbitrary<List<NodeSlots>> nodes() {
        return Combinators.combine(names(), Arbitraries.integers().between(1, 200))
                .as(NodeSlots::new)
                .list()
                .uniqueElements(NodeSlots::node)
                .ofMaxSize(20);
    }

    @Property
    void listsOfOthersAreReadAsWritten(@ForAll("nodes") List<NodeSlots> nodes) {
        assertThat(NodeLists.parseExecHost(NodeLists.formatExecHost(nodes))).isEqualTo(nodes);
        assertThat(NodeLists.parseGridEngine(NodeLists.formatGridEngine(nodes))).isEqualTo(nodes);
    }

    @Test
    void namesAndSlotsThatNoLineCanTellAreRefused() {
        assertThatThrownBy(() -> NodeLists.formatExecHost(List.of(new NodeSlots("a/b", 1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NodeLists.formatExecHost(List.of(new NodeSlots("a", 0))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NodeLists.formatGridEngine(List.of(new NodeSlots("a b", 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<String> almostLists() {
        return Arbitraries.oneOf(
                Arbitraries.strings(),
                Arbitraries.strings().withChars("n0123[]-,/+* @\n").ofMaxLength(20));
    }

    @Property
    void textIsReadOrRefused(@ForAll("almostLists") String text) {
        List<Function<String, Object>> parsers =
                List.of(NodeLists::expandSlurm, NodeLists::parseExecHost, NodeLists::parseGridEngine);
        for (Function<String, Object> parser : parsers) {
            try {
                assertThat(parser.apply(text)).isNotNull();
            } catch (RuntimeException e) {
                assertThat(e).isExactlyInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
