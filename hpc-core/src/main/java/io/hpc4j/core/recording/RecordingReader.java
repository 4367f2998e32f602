package io.hpc4j.core.recording;

import io.hpc4j.core.recording.RecordedCall.Command;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts a recording together from its lines. */
final class RecordingReader {

    private static final int VERSION = 1;
    private static final Pattern HEADER = Pattern.compile("# hpc4j-recording (\\d{1,6})");
    private static final Comparator<RecordedCall> ORDER = Comparator.comparing(
                    (RecordedCall c) -> c.origin().at())
            .thenComparing(c -> c.origin().session())
            .thenComparingLong(c -> c.origin().number());

    private record Id(String session, String number) {}

    private final Map<Id, RecordedCall> calls = new LinkedHashMap<>();
    private final Set<String> users = new HashSet<>();
    private final Set<String> accounts = new HashSet<>();
    private final Set<String> nodes = new HashSet<>();
    private long forgotten;
    private int damaged;

    /** Takes a line; one that is damaged is counted. */
    void read(String line) {
        if (line.startsWith("#")) {
            checkVersion(line);
        } else if (!line.isEmpty()) {
            Fields.parse(line).ifPresentOrElse(this::take, () -> damaged++);
        }
    }

    private static void checkVersion(String line) {
        Matcher header = HEADER.matcher(line);
        if (header.matches() && Integer.parseInt(header.group(1)) > VERSION) {
            throw new IllegalArgumentException(
                    "this recording has version %s, and this program reads 1 to %d; use a newer one"
                            .formatted(header.group(1), VERSION));
        }
    }

    private void take(Fields line) {
        try {
            switch (line.type()) {
                case "command", "operation" -> put(RecordingFormat.call(line));
                case "conclusion" -> conclude(line);
                case "names" -> {
                    users.addAll(line.all("user"));
                    accounts.addAll(line.all("account"));
                    nodes.addAll(line.all("node"));
                }
                default -> {
                    // of a later version: passed over
                }
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            damaged++;
        }
    }

    private void put(RecordedCall call) {
        calls.put(new Id(call.origin().session(), Long.toString(call.origin().number())), call);
    }

    private void conclude(Fields line) {
        calls.computeIfPresent(
                new Id(line.get("session"), line.get("number")),
                (id, call) -> call instanceof Command c ? c.withConclusion(line.get("conclusion")) : call);
    }

    void add(Recording recording) {
        recording.calls().forEach(this::put);
        users.addAll(recording.names().users());
        accounts.addAll(recording.names().accounts());
        nodes.addAll(recording.names().nodes());
        forgotten += recording.forgotten();
        damaged += recording.damagedLines();
    }

    Recording recording() {
        List<RecordedCall> inOrder = new ArrayList<>(calls.values());
        inOrder.sort(ORDER);
        return new Recording(inOrder, new KnownNames(users, accounts, nodes), forgotten, damaged);
    }
}
