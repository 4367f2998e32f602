package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.WatchSettings;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.LocalTransport;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whatever goes wrong between a cluster, its scheduler and its store, each job runs once and has one end, the true one.
 * A seed is a story: jobs are submitted one by one, together, as arrays and with conditions, some are cancelled, the
 * client is closed or dies and a new one goes on with the same store, while calls fail as {@link Faults} of that seed
 * plan it. A backend runs it by one small class that says on what {@link Site} to play it:
 *
 * <pre>{@code
 * class MineChaosTest extends ChaosKit {
 *     protected Site open(long seed) { return new MineSite(seed); }
 * }
 * }</pre>
 *
 * <p>What fails names its seed; {@code -Dchaos.seed=17} plays that one alone, {@code -Dchaos.seeds=100000} so many.
 */
public abstract class ChaosKit {

    private static final Logger log = LoggerFactory.getLogger(ChaosKit.class);
    private static final String ONE = "chaos.seed";
    private static final String MANY = "chaos.seeds";

    /** For subclasses. */
    protected ChaosKit() {}

    /** A scheduler of its own for one seed, without any jobs. */
    protected abstract Site open(long seed) throws Exception;

    /** How many seeds are played, from 1 on; 20 unless overridden, and the system property {@code chaos.seeds} wins. */
    protected int seeds() {
        return 20;
    }

    /** How many seeds are played at once; 4 unless overridden. */
    protected int inParallel() {
        return 4;
    }

    /** Takes the table of what happened in all seeds; logs it unless overridden. */
    protected void report(String summary) {
        log.info("{}", summary);
    }

    /** The scheduler that one seed is played on. */
    public interface Site extends AutoCloseable {

        /** The address of the cluster. */
        String uri();

        /** The provider of the backend. */
        SchedulerBackendProvider provider();

        /** A folder on the cluster, an absolute path, where jobs may write. */
        String folder();

        /** A new connection, which the story's faults are put upon; to this machine unless overridden. */
        default Transport transport() {
            return new LocalTransport();
        }

        /** Which commands change nothing, so that an old answer to them may come again; none unless overridden. */
        default boolean onlyAsks(CommandLine command) {
            return false;
        }

        /** The time; the system's unless overridden. One that a test advances has to go on by itself. */
        default Clock clock() {
            return Clock.systemUTC();
        }

        /** How jobs are watched: every 10 to 100 ms unless overridden; lost only after longer than anything is away. */
        default WatchSettings watch() {
            return WatchSettings.DEFAULT
                    .withIntervals(Duration.ofMillis(10), Duration.ofMillis(100))
                    .withLostGrace(Duration.ofHours(1));
        }

        /** What the jobs wrote, a line for each time that one was run; from the file {@code runs} unless overridden. */
        default List<String> runs() {
            try (Transport transport = transport()) {
                String path = folder() + "/runs";
                ByteArrayOutputStream text = new ByteArrayOutputStream();
                if (transport.files().stat(path).isPresent()) {
                    transport.files().get(path, text);
                }
                return text.toString(StandardCharsets.UTF_8).lines().toList();
            }
        }

        /** Ends the scheduler and removes what it left. */
        @Override
        default void close() {}
    }

    @Test
    void everyJobRunsOnceAndHasItsOneTrueEndWhateverGoesWrong() throws Exception {
        ChaosSummary summary = new ChaosSummary(getClass().getSimpleName());
        ExecutorService threads = Executors.newFixedThreadPool(inParallel());
        try {
            List<Future<?>> stories = new ArrayList<>();
            chosen().forEach(seed -> stories.add(threads.submit(() -> play(seed, summary))));
            for (Future<?> story : stories) {
                story.get();
            }
        } finally {
            threads.shutdownNow();
        }
        report(summary.toString());
        assertThat(summary.failures()).as(summary.toString()).isEmpty();
    }

    private LongStream chosen() {
        Long one = Long.getLong(ONE);
        return one == null ? LongStream.rangeClosed(1, Integer.getInteger(MANY, seeds())) : LongStream.of(one);
    }

    private void play(long seed, ChaosSummary summary) {
        try (Site site = open(seed)) {
            ChaosStory story = new ChaosStory(site, seed);
            try {
                story.play();
                summary.add(story);
            } catch (Exception | AssertionError e) {
                summary.add(story);
                summary.fail(failure(seed, story, e));
            }
        } catch (Exception e) {
            summary.fail("seed %d could not be played: %s".formatted(seed, e));
        }
    }

    private String failure(long seed, ChaosStory story, Throwable why) {
        return "seed %d failed: %s%nplay it again with: mvn test -Dtest=%s -D%s=%d%n%s%nwhat happened:%n%s"
                .formatted(
                        seed,
                        why,
                        getClass().getSimpleName(),
                        ONE,
                        seed,
                        List.of(why.getStackTrace()).stream().limit(12).toList(),
                        String.join(System.lineSeparator(), story.diary()));
    }
}
