package io.hpc4j.store;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/** The number that each cluster's name has in a database; once given it stays. */
final class ClusterNumbers {

    private final Database database;
    private final Map<String, Integer> known = new ConcurrentHashMap<>();

    ClusterNumbers(Database database) {
        this.database = database;
    }

    /** The number of a cluster that this database has heard of. */
    Optional<Integer> find(String cluster) {
        Integer number = known.get(cluster);
        if (number != null) {
            return Optional.of(number);
        }
        Optional<Integer> found = database.inTransaction(handle -> select(handle, cluster));
        found.ifPresent(n -> known.put(cluster, n));
        return found;
    }

    /** The number of a cluster, which is given one if it has none. */
    int get(String cluster) {
        return find(cluster).orElseGet(() -> {
            add(cluster);
            return find(cluster).orElseThrow();
        });
    }

    private void add(String cluster) {
        try {
            database.inTransaction(handle -> handle.createUpdate("insert into hpc_cluster (name) values (:name)")
                    .bind("name", Columns.text(cluster))
                    .execute());
        } catch (StoreException e) {
            if (!SqlFailures.isDuplicate(e)) { // else somebody else was quicker
                throw e;
            }
        }
    }

    private static Optional<Integer> select(Handle handle, String cluster) {
        return handle.createQuery("select id from hpc_cluster where name = :name")
                .bind("name", Columns.text(cluster))
                .mapTo(Integer.class)
                .findOne();
    }
}
