package io.hpc4j.core.recording;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.recording.RecordedCall.Answer;
import io.hpc4j.core.recording.RecordedCall.Asked;
import io.hpc4j.core.recording.RecordedCall.Command;
import io.hpc4j.core.recording.RecordedCall.Operation;
import io.hpc4j.core.recording.RecordedCall.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * The text form of a recording, version 1: a line per call, in UTF-8. A line begins with a word ({@code command},
 * {@code operation}, {@code conclusion}, {@code names}), then come fields {@code name=value}, each behind a tab, and at
 * last {@code end=} with the CRC-32 of what is before it, or {@code end=-} for a line that may be edited. Within values
 * a backslash, tab, line feed and carriage return are {@code \\ \t \n \r}, other control characters <code>&#92;u0000</code>.
 * Lines that begin with {@code #} are remarks; words and fields that are not known are passed over.
 */
public final class RecordingFormat {

    /** The first line of a file, for people and for {@code file}. */
    public static final String HEADER = "# hpc4j-recording 1";

    private RecordingFormat() {}

    /** The line of a call, without a line end, with a checksum. */
    public static String checkedLine(RecordedCall call) {
        return fields(call).checked();
    }

    /** The line, with a checksum, that brings the conclusion of a command whose own line was written without one. */
    public static String conclusionLine(Origin of, String conclusion) {
        return new Fields("conclusion")
                .put("session", of.session())
                .put("number", of.number())
                .put("conclusion", conclusion)
                .checked();
    }

    /** The line, with a checksum, of names of people and machines, which are to be anonymised later. */
    public static String namesLine(KnownNames names) {
        return fields(names).checked();
    }

    static Fields fields(KnownNames names) {
        Fields out = new Fields("names");
        names.users().forEach(n -> out.put("user", n));
        names.accounts().forEach(n -> out.put("account", n));
        names.nodes().forEach(n -> out.put("node", n));
        return out;
    }

    static Fields fields(RecordedCall call) {
        Fields out = new Fields(call instanceof Command ? "command" : "operation")
                .put("session", call.origin().session())
                .put("number", call.origin().number())
                .put("at", call.origin().at())
                .put("took", seconds(call.took()))
                .put("operation", call.origin().operation());
        if (call instanceof Command command) {
            put(out, command);
        } else {
            out.put("subject", ((Operation) call).subject());
        }
        return out.put("conclusion", call.conclusion());
    }

    private static void put(Fields out, Command command) {
        Asked asked = command.asked();
        asked.arguments().forEach(a -> out.put("arg", a));
        asked.environmentNames().forEach(n -> out.put("env", n));
        asked.workingDirectory().ifPresent(d -> out.put("directory", d));
        out.put("timeout", seconds(asked.timeout()));
        put(out, "stdin", asked.stdin());
        if (command.answer() instanceof Answer.Ended ended) {
            out.put("exit", ended.exitStatus().code());
            out.put("signal", ended.exitStatus().signal());
            out.put("truncated", ended.isTruncated());
            put(out, "stdout", ended.stdout());
            put(out, "stderr", ended.stderr());
        } else {
            Answer.Broken broken = (Answer.Broken) command.answer();
            out.put("broken", broken.type());
            out.put("transient", broken.isTransient());
            out.put("timedOut", broken.isTimeout());
            out.put("message", broken.message());
        }
    }

    private static void put(Fields out, String name, RecordedText text) {
        if (text.size() > 0) {
            out.put(name + ".size", text.size());
            out.put(name + ".sha256", text.sha256());
            out.put(name + ".cut", text.isCut());
            out.put(name, text.text());
        }
    }

    /** Seconds with a point, which people read more easily than {@code PT1M0.5S}. */
    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%d.%09d", time.getSeconds(), time.getNano());
    }

    static RecordedCall call(Fields in) {
        Origin origin = new Origin(
                in.get("session"), Long.parseLong(in.get("number")), Instant.parse(in.get("at")), in.get("operation"));
        Duration took = duration(in.get("took"));
        if (in.type().equals("operation")) {
            return new Operation(origin, took, in.get("conclusion"), in.get("subject"));
        }
        Asked asked = new Asked(
                in.all("arg"), in.all("env"), in.find("directory"), text(in, "stdin"), duration(in.get("timeout")));
        if (asked.arguments().isEmpty()) {
            throw new IllegalArgumentException("a line 'command' of a recording needs a field 'arg'");
        }
        return new Command(origin, took, in.get("conclusion"), asked, answer(in));
    }

    private static Answer answer(Fields in) {
        if (in.find("broken").isPresent()) {
            return new Answer.Broken(
                    in.get("broken"),
                    in.get("message"),
                    Boolean.parseBoolean(in.get("transient")),
                    Boolean.parseBoolean(in.get("timedOut")));
        }
        ExitStatus status = new ExitStatus(Integer.parseInt(in.get("exit")), Integer.parseInt(in.get("signal")));
        return new Answer.Ended(
                status, text(in, "stdout"), text(in, "stderr"), Boolean.parseBoolean(in.get("truncated")));
    }

    private static RecordedText text(Fields in, String name) {
        return in.find(name)
                .map(t -> new RecordedText(
                        t,
                        Long.parseLong(in.get(name + ".size")),
                        in.get(name + ".sha256"),
                        in.find(name + ".cut").map(Boolean::parseBoolean).orElse(false)))
                .orElse(RecordedText.EMPTY);
    }

    private static Duration duration(String seconds) {
        int point = seconds.indexOf('.');
        if (point < 0) {
            return Duration.ofSeconds(Long.parseLong(seconds));
        }
        String nanos = (seconds.substring(point + 1) + "000000000").substring(0, 9);
        return Duration.ofSeconds(Long.parseLong(seconds.substring(0, point)), Long.parseLong(nanos));
    }
}
