package io.hpc4j.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.internal.BudgetFile.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallBudgetTest {

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    @TempDir
    private Path folder;

    private final Hand clock = new Hand();
    private final List<String> told = new ArrayList<>();

    /** A clock that is set by hand. */
    private static final class Hand extends Clock {
        private volatile Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private Path file() {
        return folder.resolve("state/budgets/slurm");
    }

    private CallBudget budget(int perMinute, Duration mostWait) {
        return CallBudget.of("slurm:", perMinute, file(), clock, this::tell, mostWait);
    }

    private void tell(String name, double value, Map<String, String> labels) {
        told.add(name + labels + " " + value);
    }

    private CallBudget polling(int perMinute) {
        CallBudget budget = budget(perMinute, Duration.ZERO);
        budget.beforeCommand("list");
        budget.pollsOnThisThread();
        return budget;
    }

    private int pollsUntilRefused(CallBudget budget) {
        int polls = 0;
        while (budget.beforePoll().isZero()) {
            budget.beforeCommand("statusOf");
            polls++;
        }
        return polls;
    }

    @Property
    void inNoMinuteThereAreMoreCallsThanAllowed(
            @ForAll @IntRange(min = 8, max = 300) int perMinute,
            @ForAll @Size(max = 400) List<@IntRange(max = 3000) Integer> pausesMillis) {
        BudgetRule rule = new BudgetRule(perMinute);
        Level level = rule.worn(Optional.empty(), 0);
        List<Long> calls = new ArrayList<>();
        long now = 0;
        for (int pause : pausesMillis) {
            now += pause / 10;
            level = rule.worn(Optional.of(level), now);
            if (rule.hasRoom(level, true)) {
                level = new Level(now, level.used() + 1);
                calls.add(now);
            }
        }
        for (long begin : calls) {
            assertThat(calls.stream()
                            .filter(c -> c >= begin && c < begin + 60_000)
                            .count())
                    .isLessThanOrEqualTo(perMinute);
        }
    }

    @Test
    void inTheLongRunAllButTheFirstBurstOfThemAreLetPass() {
        CallBudget budget = polling(120);
        int polls = 0;
        for (int second = 0; second < 600; second++) {
            polls += pollsUntilRefused(budget);
            clock.now = clock.now.plusSeconds(1);
        }

        assertThat(polls).isBetween(10 * 90 - 5, 10 * 90 + 15);
    }

    @Test
    void pollsLeaveRoomForSubmitting() {
        CallBudget budget = polling(120);

        assertThat(pollsUntilRefused(budget)).isEqualTo(14);
        assertThat(budget.beforePoll()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
        CallBudget other = budget(120, Duration.ofMinutes(1));
        long begin = System.nanoTime();
        for (int i = 0; i < 15; i++) {
            other.beforeCommand("submit");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        assertThat(told)
                .contains("hpc_scheduler_budget_used_ratio{} 1.0")
                .anyMatch(s -> s.startsWith("hpc_scheduler_budget_waits_total{kind=poll}"));
    }

    @Test
    void aPollThatIsLetPassPaysForOneCommandOnly() {
        CallBudget budget = polling(120);

        assertThat(budget.beforePoll()).isZero();
        assertThat(budget.beforePoll()).as("not paid for twice").isZero();
        budget.beforeCommand("statusOf");
        budget.beforeCommand("historyOf");

        assertThat(told.get(told.size() - 1)).isEqualTo("hpc_scheduler_budget_used_ratio{} 0.1");
    }

    @Test
    void otherCommandsWaitForABoundedTimeAndAreThenRun() {
        CallBudget budget = budget(8, Duration.ofMillis(120));
        budget.beforeCommand("list");
        long begin = System.nanoTime();
        budget.beforeCommand("list");

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(120), Duration.ofSeconds(20));
        assertThat(told).contains("hpc_scheduler_budget_waits_total{kind=query} 1.0");
    }

    @Test
    void whoIsInterruptedDoesNotWait() {
        CallBudget budget = budget(8, Duration.ofMinutes(1));
        budget.beforeCommand("list");
        Thread.currentThread().interrupt();
        budget.beforeCommand("list");

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aClockThatWasSetBackOrAheadBlocksNobodyForLong() {
        CallBudget budget = polling(120);
        pollsUntilRefused(budget);

        clock.now = START.minus(Duration.ofDays(3));
        assertThat(budget.beforePoll()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
        clock.now = clock.now.plusSeconds(1);
        assertThat(budget.beforePoll()).isZero();
        budget.beforeCommand("statusOf");

        clock.now = START.plus(Duration.ofDays(300));
        assertThat(pollsUntilRefused(budget)).isEqualTo(15);
    }

    @Test
    void aFileThatIsDamagedOrOfSomethingElseCountsAsNone() throws IOException {
        CallBudget budget = polling(120);
        pollsUntilRefused(budget);
        assertThat(file()).hasSize(BudgetFile.SIZE);

        byte[] bytes = Files.readAllBytes(file());
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 0x55;
            Files.write(file(), damaged);
            assertThat(budget.beforePoll()).as("byte %d", i).isZero();
            budget.beforeCommand("statusOf");
        }
        for (String content : List.of("", "short", "x".repeat(5000))) {
            Files.writeString(file(), content);
            assertThat(pollsUntilRefused(budget)).isEqualTo(15);
            assertThat(file()).hasSize(BudgetFile.SIZE);
        }
    }

    @Test
    void whereThereCanBeNoFileEachProcessCountsForItself() throws IOException {
        Files.writeString(folder.resolve("state"), "a file where a folder should be");
        CallBudget budget = polling(120);

        assertThat(pollsUntilRefused(budget)).isEqualTo(14);
    }

    @Test
    void theFileIsForThisUserOnly() throws IOException {
        polling(120);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void whoRunsNoCommandsTouchesNoFile() {
        CallBudget budget = budget(120, Duration.ZERO);
        budget.pollsOnThisThread();
        for (int i = 0; i < 1000; i++) {
            assertThat(budget.beforePoll()).isZero();
        }
        CallBudget unlimited = budget(0, Duration.ZERO);
        for (int i = 0; i < 1000; i++) {
            unlimited.beforeCommand("submit");
        }

        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void aBudgetThatIsTooSmallIsRefused() {
        assertThatThrownBy(() -> CallBudget.checked(7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 8, was 7");
    }
}
