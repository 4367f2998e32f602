package io.hpc4j.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One of our tables, as a backup takes it along.
 *
 * @param table its name
 * @param key the columns of its primary key
 * @param identity the column that numbers itself
 * @param columns its columns
 */
record Table(String table, List<String> key, Optional<String> identity, Map<String, Kind> columns) {

    /** How a column's values are written. */
    enum Kind {
        NUMBER,
        TEXT,
        INSTANT
    }

    /** All of them, each behind those it refers to. */
    static final List<Table> ALL = List.of(
            table("hpc_cluster", List.of("id"), "id", "id:n name:t last_end:n"),
            table(
                    "hpc_job",
                    List.of("job_number"),
                    "job_number",
                    "job_number:n cluster_id:n job_key:t native_id:t current_id:t recorded_at:i listed_at:i submitted_at:i"
                            + " ended_at:i state:t owner:t queue:t name:t final_at:i ended_attempt:n last_end:n"
                            + " labels:t request:t snapshot:t"),
            table(
                    "hpc_job_label",
                    List.of("job_number", "label"),
                    "",
                    "job_number:n label:t label_value:t cluster_id:n listed_at:i"),
            table(
                    "hpc_job_end",
                    List.of("cluster_id", "end_position"),
                    "",
                    "cluster_id:n end_position:n job_number:n snapshot:t"),
            table("hpc_listener", List.of("cluster_id", "name"), "", "cluster_id:n name:t owner:t told:n telling:n"));

    private static Table table(String name, List<String> key, String identity, String columns) {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        Pattern.compile(" ").splitAsStream(columns).forEach(column -> {
            int colon = column.indexOf(':');
            kinds.put(column.substring(0, colon), kind(column.charAt(colon + 1)));
        });
        return new Table(
                name, key, Optional.of(identity).filter(i -> !i.isEmpty()), Collections.unmodifiableMap(kinds));
    }

    private static Kind kind(char letter) {
        return switch (letter) {
            case 'n' -> Kind.NUMBER;
            case 'i' -> Kind.INSTANT;
            default -> Kind.TEXT;
        };
    }
}
