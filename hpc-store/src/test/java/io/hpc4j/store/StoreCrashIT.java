package io.hpc4j.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.JobEnd;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobStore.Binding;
import io.hpc4j.core.StoredJob;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is killed with -9 in the middle of its writes: what it was told is kept is there, and nothing is half there. */
class StoreCrashIT {

    private static final int KILLS = 6;

    @TempDir
    private Path folder;

    @Test
    void fileOfH2OutlivesItsProcess() throws Exception {
        killAndLook("jdbc:h2:" + folder.resolve("jobs"));
    }

    @Test
    void postgresForgetsWhatItsClientDidNotFinish() throws Exception {
        killAndLook(Postgres.emptySchema());
    }

    private static void killAndLook(String url) throws Exception {
        long seed = System.nanoTime();
        System.out.println("StoreCrashIT: seed " + seed);
        Random random = new Random(seed);
        int next = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int promised = writeUntilKilled(url, next, 1 + random.nextInt(15));
            next = look(url, promised);
        }
    }

    /** Returns the last round that the process said was kept. */
    private static int writeUntilKilled(String url, int from, int rounds) throws Exception {
        Process child = Child.start(url, "write", Integer.toString(from));
        int promised = from - 1;
        try (BufferedReader out = Child.reader(child)) {
            assertThat(out.readLine()).isEqualTo("open");
            for (int i = 0; i < rounds; i++) {
                promised = Integer.parseInt(out.readLine());
            }
            child.toHandle().destroyForcibly();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                promised = Integer.parseInt(line);
            }
        }
        child.waitFor();
        return promised;
    }

    /** Returns the first round that can be written now. */
    private static int look(String url, int promised) {
        try (Database database = Database.open(url)) {
            assertThat(database.check()).isEmpty();
            JdbcJobStore store = new JdbcJobStore(database);
            Map<String, Long> ended = store.list(Child.CLUSTER, JobQuery.all()).stream()
                    .collect(Collectors.groupingBy(s -> round(s.key()), Collectors.counting()));
            for (int round = 0; round <= promised; round++) {
                assertThat(ended).containsEntry(Integer.toString(round), (long) Child.TOGETHER);
            }
            assertThat(ended.values()).containsOnly((long) Child.TOGETHER);
            assertThat(store.endsAfter(Child.CLUSTER, 0, Integer.MAX_VALUE))
                    .extracting(JobEnd::position)
                    .doesNotHaveDuplicates()
                    .hasSize(ended.size() * Child.TOGETHER);
            return finish(store, ended);
        }
    }

    /** A round that was cut off is open, whole: each key is recorded, and all or none are bound. */
    private static int finish(JdbcJobStore store, Map<String, Long> ended) {
        List<StoredJob> open = store.open(Child.CLUSTER);
        assertThat(open.size()).isIn(0, Child.TOGETHER);
        assertThat(open.stream().filter(s -> s.id().isPresent()).count()).isIn(0L, (long) open.size());
        if (open.isEmpty()) {
            return ended.size();
        }
        open.forEach(s -> store.bind(Child.CLUSTER, List.of(new Binding(s.key(), JobId.of("j" + s.key())))));
        store.update(Child.CLUSTER, open.stream().map(s -> Child.ended(s.key())).toList());
        return ended.size() + 1;
    }

    private static String round(String key) {
        return key.substring(0, key.indexOf('-'));
    }
}
