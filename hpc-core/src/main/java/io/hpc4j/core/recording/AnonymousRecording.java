package io.hpc4j.core.recording;

import io.hpc4j.core.recording.RecordedCall.Answer;
import io.hpc4j.core.recording.RecordedCall.Asked;
import io.hpc4j.core.recording.RecordedCall.Command;
import io.hpc4j.core.recording.RecordedCall.Operation;
import io.hpc4j.core.recording.RecordedCall.Origin;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes an anonymous copy of a recording. */
final class AnonymousRecording {

    private static final Pattern DIRECTIVE = Pattern.compile("(?m)^#(?:SBATCH|PBS|\\$)[ \\t]+(.*)$");
    private static final Pattern ACCOUNT = Pattern.compile("(?:--account|--project|-A|-P)(?:[= ]+)(\\S+)");
    private static final Pattern USER = Pattern.compile("(?:--user|--users|--uid|-u|-U)(?:[= ]+)(\\S+)");
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.-]*");

    private final Anonymiser anonymiser;
    private final boolean withInput;

    AnonymousRecording(Anonymiser anonymiser, boolean withInput) {
        this.anonymiser = anonymiser;
        this.withInput = withInput;
    }

    /** Names that commands and the directives of scripts give as options. */
    static KnownNames namesIn(Recording recording) {
        Set<String> users = new HashSet<>();
        Set<String> accounts = new HashSet<>();
        for (Command command : recording.commands()) {
            String words = String.join(" ", command.asked().arguments());
            collect(words, users, accounts);
            Matcher directive = DIRECTIVE.matcher(command.asked().stdin().text());
            while (directive.find()) {
                collect(directive.group(1), users, accounts);
            }
        }
        return new KnownNames(users, accounts, Set.of());
    }

    private static void collect(String words, Set<String> users, Set<String> accounts) {
        collect(USER, words, users);
        collect(ACCOUNT, words, accounts);
    }

    private static void collect(Pattern option, String words, Set<String> names) {
        Matcher m = option.matcher(words);
        while (m.find()) {
            for (String name : m.group(1).split(",", -1)) {
                if (NAME.matcher(name).matches() && !name.contains("@")) {
                    names.add(name);
                }
            }
        }
    }

    Recording of(Recording recording) {
        List<RecordedCall> calls = recording.calls().stream().map(this::call).toList();
        return new Recording(calls, KnownNames.NONE, recording.forgotten(), recording.damagedLines());
    }

    private RecordedCall call(RecordedCall call) {
        Origin origin = call.origin();
        String conclusion = anonymiser.text(call.conclusion());
        if (call instanceof Command command) {
            return new Command(origin, call.took(), conclusion, asked(command.asked()), answer(command.answer()));
        }
        return new Operation(origin, call.took(), conclusion, anonymiser.text(((Operation) call).subject()));
    }

    private Asked asked(Asked asked) {
        return new Asked(
                asked.arguments().stream().map(anonymiser::argument).toList(),
                asked.environmentNames(),
                asked.workingDirectory().map(anonymiser::path),
                withInput ? text(asked.stdin()) : RecordedText.EMPTY,
                asked.timeout());
    }

    private Answer answer(Answer answer) {
        if (answer instanceof Answer.Ended ended) {
            return new Answer.Ended(
                    ended.exitStatus(), text(ended.stdout()), text(ended.stderr()), ended.isTruncated());
        }
        Answer.Broken broken = (Answer.Broken) answer;
        return new Answer.Broken(
                broken.type(), anonymiser.text(broken.message()), broken.isTransient(), broken.isTimeout());
    }

    /** With a digest of its own, since that of the original would allow to try names out. */
    private RecordedText text(RecordedText original) {
        String text = anonymiser.text(original.text());
        return original.isCut() ? RecordedText.beginning(text, text) : RecordedText.of(text);
    }
}
