package io.hpc4j.store;

import io.hpc4j.core.ListenerCursor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** How far the durable listeners of one cluster have been told, within one transaction. */
final class Listeners {

    private final Handle handle;
    private final int cluster;

    Listeners(Handle handle, int cluster) {
        this.handle = handle;
        this.cluster = cluster;
    }

    ListenerCursor take(String listener, String owner) {
        Optional<ListenerCursor> known = handle.createQuery("select told, telling from hpc_listener"
                        + " where cluster_id = :cluster and name = :name for update")
                .bind("cluster", cluster)
                .bind("name", Columns.text(listener))
                .map((row, context) -> cursor(row))
                .findOne();
        String sql = known.isPresent()
                ? "update hpc_listener set owner = :owner where cluster_id = :cluster and name = :name"
                : "insert into hpc_listener (cluster_id, name, owner) values (:cluster, :name, :owner)";
        handle.createUpdate(sql)
                .bind("cluster", cluster)
                .bind("name", Columns.text(listener))
                .bind("owner", Columns.text(owner))
                .execute();
        return known.orElse(ListenerCursor.START);
    }

    boolean move(String listener, String owner, ListenerCursor cursor) {
        return handle.createUpdate("update hpc_listener set told = :told, telling = :telling"
                                + " where cluster_id = :cluster and name = :name and owner = :owner")
                        .bind("told", cursor.told())
                        .bind("telling", cursor.telling())
                        .bind("cluster", cluster)
                        .bind("name", Columns.text(listener))
                        .bind("owner", Columns.text(owner))
                        .execute()
                > 0;
    }

    Map<String, ListenerCursor> all() {
        Map<String, ListenerCursor> all = new TreeMap<>();
        handle.createQuery("select name, told, telling from hpc_listener where cluster_id = :cluster")
                .bind("cluster", cluster)
                .map((row, context) -> Map.entry(Columns.original(row.getString("name")), cursor(row)))
                .forEach(e -> all.put(e.getKey(), e.getValue()));
        return all;
    }

    void forget(String listener) {
        handle.createUpdate("delete from hpc_listener where cluster_id = :cluster and name = :name")
                .bind("cluster", cluster)
                .bind("name", Columns.text(listener))
                .execute();
    }

    private static ListenerCursor cursor(ResultSet row) throws SQLException {
        return new ListenerCursor(row.getLong("told"), row.getLong("telling"));
    }
}
