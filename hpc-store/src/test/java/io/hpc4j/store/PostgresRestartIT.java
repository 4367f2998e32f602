package io.hpc4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobEnd;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Connections are cut and the server is restarted while jobs end: each end is there once, in order. */
class PostgresRestartIT {

    private static final String CLUSTER = "slurm:";

    private interface Trouble {
        void make() throws Exception;
    }

    private static List<Job> ends(int round) {
        return IntStream.range(0, 50)
                .mapToObj(i -> Job.builder(JobId.of(round + "-" + i), JobState.COMPLETED)
                        .endedAt(Instant.EPOCH)
                        .build())
                .toList();
    }

    /** Writes as the watcher of a cluster does: what the store does not take is given to it again. */
    private static void survives(Trouble trouble, int times) throws Exception {
        try (JdbcJobStore store = JdbcJobStore.connect(Postgres.emptySchema())) {
            AtomicBoolean done = new AtomicBoolean();
            List<Integer> rounds = new ArrayList<>();
            Thread writer = new Thread(() -> {
                for (int round = 0; !done.get(); round++) {
                    write(store, round);
                    rounds.add(round);
                }
            });
            writer.start();
            for (int i = 0; i < times; i++) {
                trouble.make();
            }
            done.set(true);
            writer.join(Duration.ofMinutes(2).toMillis());
            assertThat(writer.isAlive()).isFalse();

            List<String> expected = rounds.stream()
                    .flatMap(round -> ends(round).stream())
                    .map(job -> job.id().nativeId())
                    .toList();
            assertThat(store.endsAfter(CLUSTER, 0, Integer.MAX_VALUE))
                    .extracting(JobEnd::job)
                    .extracting(job -> job.id().nativeId())
                    .containsExactlyElementsOf(expected);
            assertThat(rounds).isNotEmpty();
        }
    }

    private static void write(JdbcJobStore store, int round) {
        while (true) {
            try {
                store.update(CLUSTER, ends(round));
                return;
            } catch (StoreUnavailableException e) {
                assertThat(e.isTransient()).isTrue();
            }
        }
    }

    @Test
    void connectionsThatAreCutAreMadeAgain() throws Exception {
        survives(Postgres::cutConnections, 20);
    }

    @Test
    void serverThatIsRestartedIsFoundAgain() throws Exception {
        survives(() -> Postgres.engine("restart"), 2);
    }

    @Test
    void serverThatDiesIsFoundAgain() throws Exception {
        survives(() -> Postgres.engine("restart", "--crash"), 2);
    }

    @Test
    void databaseThatDoesNotExistIsToldAtOnce() {
        String url = Postgres.url().replace("/hpc?", "/nowhere?");
        assertThatThrownBy(() -> Database.open(url))
                .isInstanceOf(io.hpc4j.core.HpcException.class)
                .hasMessageContaining("nowhere")
                .hasMessageNotContaining(url.replaceAll(".*password=", ""));
    }
}
