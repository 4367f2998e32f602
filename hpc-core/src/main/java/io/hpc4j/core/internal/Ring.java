package io.hpc4j.core.internal;

import io.hpc4j.core.recording.RecordedCall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest calls, bounded by their number and by their size. */
final class Ring {

    private static final int PER_CALL = 300;

    /** A call, whose conclusion comes later than itself. */
    static final class Entry {
        private final int size;
        private RecordedCall call;

        private Entry(RecordedCall call) {
            this.call = call;
            this.size = sizeOf(call);
        }
    }

    private final int mostCalls;
    private final long mostBytes;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private long forgotten;

    Ring(int mostCalls, long mostBytes) {
        this.mostCalls = mostCalls;
        this.mostBytes = mostBytes;
    }

    synchronized Entry add(RecordedCall call) {
        Entry entry = new Entry(call);
        entries.add(entry);
        bytes += entry.size;
        while (entries.size() > mostCalls || (bytes > mostBytes && entries.size() > 1)) {
            bytes -= entries.remove().size;
            forgotten++;
        }
        return entry;
    }

    /** Adds what was made of a call, also to one that has left the ring. */
    synchronized RecordedCall conclude(Entry entry, String conclusion) {
        if (entry.call instanceof RecordedCall.Command command) {
            entry.call = command.withConclusion(conclusion);
        }
        return entry.call;
    }

    synchronized List<RecordedCall> calls() {
        return entries.stream().map(e -> e.call).toList();
    }

    synchronized long forgotten() {
        return forgotten;
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Counts a character as two bytes, which is the most that it takes. */
    private static int sizeOf(RecordedCall call) {
        if (!(call instanceof RecordedCall.Command command)) {
            return PER_CALL;
        }
        int characters = command.asked().stdin().text().length();
        for (String argument : command.asked().arguments()) {
            characters += argument.length();
        }
        if (command.answer() instanceof RecordedCall.Answer.Ended ended) {
            characters += ended.stdout().text().length() + ended.stderr().text().length();
        }
        return PER_CALL + 2 * characters;
    }
}
