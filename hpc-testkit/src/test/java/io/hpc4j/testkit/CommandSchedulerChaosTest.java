package io.hpc4j.testkit;

import io.hpc4j.core.WatchSettings;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.Transport;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A thousand stories on a scheduler of commands in virtual time. */
class CommandSchedulerChaosTest extends ChaosKit {

    @Override
    protected int seeds() {
        return 1000;
    }

    @Override
    protected void report(String summary) {
        System.out.println(summary);
    }

    @Override
    protected int inParallel() {
        return 16;
    }

    @Override
    protected Site open(long seed) {
        return new VirtualSite(seed);
    }

    private static final class VirtualSite implements Site {

        private final MutableClock clock = MutableClock.at("2026-01-01T00:00:00Z");
        private final CommandScheduler scheduler;
        private final ScheduledExecutorService hand =
                Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "virtual-time"));

        private VirtualSite(long seed) {
            scheduler = new CommandScheduler(clock, seed);
            Future<?> unused = hand.scheduleWithFixedDelay(
                    () -> clock.advance(Duration.ofSeconds(1)), 1, 1, TimeUnit.MILLISECONDS);
        }

        @Override
        public String uri() {
            return "commands:";
        }

        @Override
        public SchedulerBackendProvider provider() {
            return CommandBackend.provider();
        }

        @Override
        public Transport transport() {
            return scheduler.connect();
        }

        @Override
        public boolean onlyAsks(CommandLine command) {
            return Set.of("vstat", "vacct").contains(command.arguments().get(0));
        }

        @Override
        public Clock clock() {
            return clock;
        }

        @Override
        public WatchSettings watch() {
            return WatchSettings.DEFAULT.withLostGrace(Duration.ofHours(2));
        }

        @Override
        public String folder() {
            return "/";
        }

        @Override
        public List<String> runs() {
            return scheduler.runs();
        }

        @Override
        public void close() {
            hand.shutdownNow();
        }
    }
}
