package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MutableClockTest {

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    private final MutableClock clock = MutableClock.at(START);

    @Test
    void timeStandsStillUntilItIsAdvanced() {
        assertThat(clock.instant()).isEqualTo(START);
        assertThat(clock.advance(Duration.ofMinutes(3))).isEqualTo(START.plusSeconds(180));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(180));
    }

    @Test
    void textIsReadAsInstant() {
        assertThat(MutableClock.at("2026-01-31T12:00:00Z").instant()).isEqualTo(START);
    }

    @Test
    void timeCanBeSetBack() {
        clock.set(START.minusSeconds(1));

        assertThat(clock.instant()).isEqualTo(START.minusSeconds(1));
    }

    @Test
    void negativeStepIsRefused() {
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
    }

    @Test
    void copyForAnotherZoneShowsTheSameTime() {
        Clock tokyo = clock.withZone(ZoneId.of("Asia/Tokyo"));
        clock.advance(Duration.ofHours(1));

        assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
        assertThat(tokyo.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
        assertThat(tokyo.instant()).isEqualTo(START.plusSeconds(3600));
    }

    @Test
    void stepsOfSeveralThreadsAddUp() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 1000; n++) {
                    clock.advance(Duration.ofMillis(1));
                }
            }));
        }
        threads.forEach(CompletableFuture::join);

        assertThat(clock.instant()).isEqualTo(START.plusSeconds(8));
    }
}
