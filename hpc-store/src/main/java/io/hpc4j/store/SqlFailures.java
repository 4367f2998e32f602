package io.hpc4j.store;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import java.util.stream.Stream;

/** Tells what a failure of a driver means for the caller. */
final class SqlFailures {

    static final String UNIQUE = "23505";

    /** H2's: lock timeout, deadlock, and the row changed meanwhile. Source: org.h2.api.ErrorCode. */
    private static final Set<Integer> H2_COLLISIONS = Set.of(50200, 40001, 90131);

    /**
     * H2's: file in use, I/O, the connection is broken, the database is closed, shut down or could not be written.
     * Source: org.h2.api.ErrorCode.
     */
    private static final Set<Integer> H2_AWAY = Set.of(90020, 90028, 90031, 90067, 90098, 90121, 90135);

    private static final int LONGEST = 300;

    private SqlFailures() {}

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, t -> t != null, Throwable::getCause).limit(20);
    }

    private static Stream<SQLException> causes(Throwable failure) {
        return chain(failure).filter(SQLException.class::isInstance).map(SQLException.class::cast);
    }

    /** Whether two transactions stood in each other's way: the loser may begin again. */
    static boolean isCollision(Throwable failure) {
        return causes(failure).anyMatch(SqlFailures::collides);
    }

    private static boolean collides(SQLException e) {
        return state(e).equals("40001") || state(e).equals("40P01") || H2_COLLISIONS.contains(e.getErrorCode());
    }

    /** Whether the connection was lost, or could not be made. */
    static boolean isDisconnection(Throwable failure) {
        return causes(failure)
                .anyMatch(e -> state(e).startsWith("08")
                        || state(e).startsWith("57P")
                        || e instanceof SQLRecoverableException
                        || H2_AWAY.contains(e.getErrorCode())
                        || isOfH2File(e));
    }

    /** H2 could not read or write its file; it closes the database then, and opens it again when it is next asked. */
    private static boolean isOfH2File(Throwable failure) {
        return chain(failure).anyMatch(t -> t.getClass().getName().equals("org.h2.mvstore.MVStoreException"));
    }

    /** Whether the thread was interrupted while it waited for a connection. */
    static boolean isInterruption(Throwable failure) {
        return chain(failure).anyMatch(InterruptedException.class::isInstance);
    }

    /** Whether a row with that key is there already. */
    static boolean isDuplicate(Throwable failure) {
        return causes(failure).anyMatch(e -> state(e).equals(UNIQUE));
    }

    /** Whether the same call may succeed later. */
    static boolean isTransient(Throwable failure) {
        return isCollision(failure)
                || isDisconnection(failure)
                || causes(failure)
                        .anyMatch(e -> e instanceof SQLTransientException
                                || state(e).startsWith("53")
                                || state(e).startsWith("57")
                                || state(e).startsWith("58"))
                || chain(failure).anyMatch(SqlFailures::isNoSpace);
    }

    private static boolean isNoSpace(Throwable e) {
        return e instanceof IOException && String.valueOf(e.getMessage()).contains("No space left");
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /** The driver's own words, without the statement, on one line. */
    static String words(Throwable failure) {
        Throwable told = causes(failure)
                .reduce((outer, inner) -> inner)
                .map(Throwable.class::cast)
                .orElse(failure);
        String line = String.valueOf(told.getMessage())
                .replaceFirst("(?s); SQL statement:.*", "")
                .strip()
                .replaceAll("\\s*\\R\\s*", " ");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }

    /** The innermost exception of the driver. What stands around it repeats the values of the statement. */
    static Throwable cause(Throwable failure) {
        return causes(failure)
                .reduce((outer, inner) -> inner)
                .map(Throwable.class::cast)
                .orElse(failure);
    }
}
