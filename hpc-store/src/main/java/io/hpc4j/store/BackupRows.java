package io.hpc4j.store;

import io.hpc4j.store.json.JsonObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/** The rows of our tables, out of a database and into one, in portions of one transaction. */
final class BackupRows {

    private static final int PORTION = 1000;

    private final Handle handle;

    BackupRows(Handle handle) {
        this.handle = handle;
    }

    /** Tells all rows of all tables. */
    void read(BiConsumer<String, JsonObject> rows) {
        for (Table table : Table.ALL) {
            List<JsonObject> portion = portion(table, Optional.empty());
            while (!portion.isEmpty()) {
                portion.forEach(row -> rows.accept(table.table(), row));
                portion = portion(table, Optional.of(portion.get(portion.size() - 1)));
            }
        }
    }

    /** The rows behind one, in the order of the primary key. */
    private List<JsonObject> portion(Table table, Optional<JsonObject> after) {
        String key = String.join(", ", table.key());
        String where = after.isEmpty() ? "" : " where " + isBehind(table.key(), 0);
        Query query =
                handle.createQuery("select " + String.join(", ", table.columns().keySet()) + " from " + table.table()
                        + where + " order by " + key + " limit " + PORTION);
        after.ifPresent(row -> table.key().forEach(column -> bind(query, table, column, row)));
        return query.map((row, context) -> json(table, row)).list();
    }

    /** {@code a > :a or (a = :a and b > :b)}, with which an index can begin on both databases. */
    private static String isBehind(List<String> key, int from) {
        String column = key.get(from);
        String behind = column + " > :" + column;
        return from == key.size() - 1
                ? behind
                : "(%s >= :%1$s and (%s or (%1$s = :%1$s and %s)))".formatted(column, behind, isBehind(key, from + 1));
    }

    private static void bind(Query query, Table table, String column, JsonObject row) {
        if (table.columns().get(column) == Table.Kind.NUMBER) {
            query.bind(column, row.number(column).orElseThrow());
        } else {
            query.bind(column, row.text(column));
        }
    }

    private static JsonObject json(Table table, ResultSet row) throws SQLException {
        JsonObject out = new JsonObject();
        for (Map.Entry<String, Table.Kind> column : table.columns().entrySet()) {
            value(row, column.getKey(), column.getValue()).ifPresent(value -> out.put(column.getKey(), value));
        }
        return out;
    }

    private static Optional<Object> value(ResultSet row, String column, Table.Kind kind) throws SQLException {
        return switch (kind) {
            case TEXT -> Optional.ofNullable(row.getString(column));
            case INSTANT ->
                Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
            case NUMBER -> {
                long value = row.getLong(column);
                yield row.wasNull() ? Optional.empty() : Optional.of(value);
            }
        };
    }

    // ---------------------------------------------------------------- into a database

    /** Whether no table has a row. */
    boolean areNone() {
        for (Table table : Table.ALL) {
            if (count(table) > 0) {
                return false;
            }
        }
        return true;
    }

    /** The number of rows of each table. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Table table : Table.ALL) {
            counts.put(table.table(), count(table));
        }
        return counts;
    }

    private long count(Table table) {
        return handle.createQuery("select count(*) from " + table.table())
                .mapTo(Long.class)
                .one();
    }

    /** Takes rows of one table after the other, and writes them in portions. */
    final class Inserter implements AutoCloseable, BiConsumer<String, JsonObject> {

        private Optional<Table> current = Optional.empty();
        private final List<JsonObject> portion = new ArrayList<>();

        @Override
        public void accept(String name, JsonObject row) {
            Table table = named(name);
            if (!current.equals(Optional.of(table)) || portion.size() >= PORTION) {
                flush();
            }
            current = Optional.of(table);
            portion.add(row);
        }

        private void flush() {
            if (!portion.isEmpty()) {
                insert(current.orElseThrow(), portion);
                portion.clear();
            }
        }

        /** Writes what is left, and lets the tables number on behind the highest number. */
        @Override
        public void close() {
            flush();
            for (Table table : Table.ALL) {
                table.identity().ifPresent(column -> numberOn(table, column));
            }
        }
    }

    private static Table named(String name) {
        for (Table table : Table.ALL) {
            if (table.table().equals(name)) {
                return table;
            }
        }
        throw new StoreException("the backup has a table '%s', which this version does not know".formatted(name));
    }

    private void insert(Table table, List<JsonObject> rows) {
        String values = table.columns().keySet().stream().map(c -> ":" + c).collect(Collectors.joining(", "));
        PreparedBatch batch = handle.prepareBatch("insert into " + table.table() + " ("
                + String.join(", ", table.columns().keySet()) + ") values (" + values + ")");
        for (JsonObject row : rows) {
            table.columns().forEach((column, kind) -> bind(batch, column, kind, row));
            batch.add();
        }
        batch.execute();
    }

    private static void bind(PreparedBatch batch, String column, Table.Kind kind, JsonObject row) {
        switch (kind) {
            case TEXT -> batch.bind(column, row.string(column).orElse(null));
            case INSTANT ->
                batch.bindByType(column, Columns.instant(row.string(column).map(Instant::parse)), OffsetDateTime.class);
            case NUMBER ->
                batch.bindByType(
                        column,
                        row.get(column).map(v -> ((Number) v).longValue()).orElse(null),
                        Long.class);
        }
    }

    private void numberOn(Table table, String column) {
        long last = handle.createQuery("select coalesce(max(" + column + "), 0) from " + table.table())
                .mapTo(Long.class)
                .one();
        handle.execute("alter table " + table.table() + " alter column " + column + " restart with " + (last + 1));
    }
}
