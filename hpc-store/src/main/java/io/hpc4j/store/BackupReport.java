package io.hpc4j.store;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a backup holds.
 *
 * @param writtenAt when it was begun
 * @param tables the number of rows of each table
 * @param sha256 the digest of its lines, in hexadecimal
 */
public record BackupReport(Instant writtenAt, Map<String, Long> tables, String sha256) {

    /** Copies the numbers, by the names of the tables. */
    public BackupReport {
        tables = Collections.unmodifiableMap(new TreeMap<>(tables));
    }

    /** The rows of all tables. */
    public long rows() {
        return tables.values().stream().mapToLong(Long::longValue).sum();
    }
}
