package io.hpc4j.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.internal.BudgetFile.Level;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of one user share a budget; these are real ones. */
@Timeout(120)
class SharedBudgetTest {

    private static final int PER_MINUTE = 240;
    private static final long SECONDS = 5;

    @TempDir
    private Path folder;

    /** A process that polls as often as it may, and says how often that was; or one that holds the lock for ever. */
    static final class Child {

        private Child() {}

        public static void main(String[] args) throws IOException {
            Path file = Path.of(args[1]);
            if (args[0].equals("hold")) {
                Optional<Level> unused = new BudgetFile(file).update(level -> {
                    System.out.println("held");
                    LockSupport.park(Child.class);
                    return holdForEver();
                });
            } else {
                System.out.println(poll(file));
            }
        }

        private static Optional<Level> holdForEver() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Optional.empty();
        }

        private static int poll(Path file) {
            CallBudget budget = CallBudget.of("slurm:", PER_MINUTE, file, Clock.systemUTC(), (n, v, l) -> {});
            budget.beforeCommand("list");
            budget.pollsOnThisThread();
            int polls = 1;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < end) {
                if (budget.beforePoll().isZero()) {
                    budget.beforeCommand("statusOf");
                    polls++;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            return polls;
        }
    }

    private static Process start(String what, Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        what,
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String line(Process process) throws IOException {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            return String.valueOf(out.readLine());
        }
    }

    @Test
    void processesTogetherKeepToTheBudgetOfOne() throws Exception {
        Path file = folder.resolve("budget");
        long begin = System.nanoTime();
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(start("poll", file));
        }
        int all = 0;
        for (Process process : processes) {
            int own = Integer.parseInt(line(process));
            assertThat(own).isPositive();
            assertThat(process.waitFor()).isZero();
            all += own;
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        BudgetRule rule = new BudgetRule(PER_MINUTE);
        double allowed = rule.burst() - rule.reserve() + seconds * (PER_MINUTE - rule.burst()) / 60;
        assertThat(all).isBetween(rule.burst() - rule.reserve(), (int) Math.ceil(allowed) + 3);
    }

    @Test
    void aHolderOfTheLockStopsNobodyAndIsForgottenWhenItIsKilled() throws Exception {
        Path file = folder.resolve("budget");
        BudgetFile own = new BudgetFile(file);
        assertThat(own.update(level -> Optional.of(new Level(Clock.systemUTC().millis(), 20))))
                .isPresent();
        Process holder = start("hold", file);
        BufferedReader out = holder.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("held");

        long begin = System.nanoTime();
        CallBudget budget = CallBudget.of("slurm:", PER_MINUTE, file, Clock.systemUTC(), (n, v, l) -> {});
        budget.beforeCommand("submit");
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(400), Duration.ofSeconds(30));
        assertThat(own.update(level -> level)).as("locked by the other").isEmpty();

        holder.destroyForcibly().waitFor();
        Optional<Level> after = own.update(level -> level);
        assertThat(after.orElseThrow().used()).as("as it was before").isEqualTo(20);
    }
}
