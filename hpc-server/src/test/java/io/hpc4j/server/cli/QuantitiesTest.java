package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuantitiesTest {

    @Test
    void durationsAreReadAsPeopleWriteThem() {
        assertThat(Quantities.duration("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(Quantities.duration("0.25s")).isEqualTo(Duration.ofMillis(250));
        assertThat(Quantities.duration("45m")).isEqualTo(Duration.ofMinutes(45));
        assertThat(Quantities.duration("2h")).isEqualTo(Duration.ofHours(2));
        assertThat(Quantities.duration("1d12h")).isEqualTo(Duration.ofHours(36));
        assertThat(Quantities.duration("1h30m5s")).isEqualTo(Duration.ofSeconds(5405));
        assertThat(Quantities.duration("2:00:00")).isEqualTo(Duration.ofHours(2));
        assertThat(Quantities.duration("45:00")).isEqualTo(Duration.ofMinutes(45));
        assertThat(Quantities.duration("1-12:00:00")).isEqualTo(Duration.ofHours(36));
    }

    @Test
    void whatIsNoDurationIsRefused() {
        for (String text : List.of("", "90", "2x", "h", "-5s", "1:2:3:4", "1h 2m", "١s", "9999999999s")) {
            assertThatThrownBy(() -> Quantities.duration(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + text + "'");
        }
    }

    @Test
    void sizesAreReadInPowersOf1024() {
        assertThat(Quantities.bytes("512")).isEqualTo(512);
        assertThat(Quantities.bytes("4G")).isEqualTo(4L << 30);
        assertThat(Quantities.bytes("1.5g")).isEqualTo(3L << 29);
        assertThat(Quantities.bytes("512 MiB")).isEqualTo(512L << 20);
        assertThat(Quantities.bytes("10B")).isEqualTo(10);
        assertThat(Quantities.bytes("2TB")).isEqualTo(2L << 40);
        for (String text : List.of("", "G", "-1G", "4X", "999999999999P", "1,5G")) {
            assertThatThrownBy(() -> Quantities.bytes(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void instantsAreReadInTheZoneOfTheUser() {
        Clock clock = Clock.fixed(Instant.parse("2026-03-01T10:00:00Z"), ZoneId.of("Europe/Berlin"));

        assertThat(Quantities.instant("+90m", clock)).isEqualTo("2026-03-01T11:30:00Z");
        assertThat(Quantities.instant("18:30", clock)).isEqualTo("2026-03-01T17:30:00Z");
        assertThat(Quantities.instant("08:00", clock)).isEqualTo("2026-03-02T07:00:00Z");
        assertThat(Quantities.instant("2026-07-01T08:00", clock)).isEqualTo("2026-07-01T06:00:00Z");
        assertThat(Quantities.instant("2026-07-01T08:00Z", clock)).isEqualTo("2026-07-01T08:00:00Z");
        assertThat(Quantities.instant("2026-07-01T08:00-02:00", clock)).isEqualTo("2026-07-01T10:00:00Z");
        for (String text : List.of("", "soon", "25:00", "2026-02-30T08:00", "+soon")) {
            assertThatThrownBy(() -> Quantities.instant(text, clock)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void quantitiesAreShownShort() {
        assertThat(Quantities.show(Duration.ofMillis(350))).isEqualTo("0.35s");
        assertThat(Quantities.show(Duration.ofMillis(59_999))).isEqualTo("59.9s");
        assertThat(Quantities.show(Duration.ofSeconds(60))).isEqualTo("1:00");
        assertThat(Quantities.show(Duration.ofSeconds(754))).isEqualTo("12:34");
        assertThat(Quantities.show(Duration.ofHours(2))).isEqualTo("2:00:00");
        assertThat(Quantities.show(Duration.ofHours(26))).isEqualTo("1-02:00:00");
        assertThat(Quantities.show(0)).isEqualTo("0B");
        assertThat(Quantities.show(3_500_000)).isEqualTo("3.3M");
        assertThat(Quantities.show(64L << 30)).isEqualTo("64G");
    }
}
