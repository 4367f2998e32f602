package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TableTest {

    private static Table table() {
        return new Table()
                .left("ID")
                .flexible("NAME")
                .right("SLOTS")
                .flexible("REASON")
                .row()
                .cell("1")
                .cell("a-rather-long-name")
                .cell("12")
                .cell("waits for\nits turn")
                .row()
                .cell("1000")
                .cell("b")
                .cell("3")
                .cell("");
    }

    @Test
    void columnsAreAligned() {
        assertThat(table().lines(0, UnaryOperator.identity()))
                .containsExactly(
                        "ID    NAME                SLOTS  REASON",
                        "1     a-rather-long-name     12  waits for?its turn",
                        "1000  b                       3");
    }

    @Test
    void widestColumnsAreCutToTheWidth() {
        assertThat(table().lines(40, UnaryOperator.identity()))
                .containsExactly(
                        "ID    NAME          SLOTS  REASON",
                        "1     a-rather-lo…     12  waits for?it…",
                        "1000  b                 3");
    }

    @Test
    void noLineIsEverLongerThanTheWidth() {
        for (int width = 1; width < 60; width++) {
            int limit = width;
            assertThat(table().lines(width, UnaryOperator.identity()))
                    .allMatch(line -> line.codePointCount(0, line.length()) <= limit);
        }
    }

    @Test
    void paintDoesNotCountAsWidth() {
        UnaryOperator<String> red = new Paint(true).bad();
        List<String> lines =
                new Table().left("A").left("B").row().cell("x", red).cell("y").lines(0, UnaryOperator.identity());

        assertThat(lines.get(1)).isEqualTo("\u001b[31mx\u001b[0m  y");
    }

    @Test
    void coloursAreForTerminalsOnly() {
        assertThat(Paint.of(Paint.When.auto, true, Map.of()).isOn()).isTrue();
        assertThat(Paint.of(Paint.When.auto, false, Map.of()).isOn()).isFalse();
        assertThat(Paint.of(Paint.When.auto, true, Map.of("NO_COLOR", "1")).isOn())
                .isFalse();
        assertThat(Paint.of(Paint.When.auto, true, Map.of("TERM", "dumb")).isOn())
                .isFalse();
        assertThat(Paint.of(Paint.When.always, false, Map.of("NO_COLOR", "1")).isOn())
                .isTrue();
        assertThat(Paint.of(Paint.When.never, true, Map.of()).isOn()).isFalse();
    }
}
