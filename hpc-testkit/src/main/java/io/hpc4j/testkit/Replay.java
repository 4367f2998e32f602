package io.hpc4j.testkit;

import io.hpc4j.core.HpcException;
import io.hpc4j.core.TransportException;
import io.hpc4j.core.recording.RecordedCall;
import io.hpc4j.core.recording.RecordedCall.Answer;
import io.hpc4j.core.recording.RecordedText;
import io.hpc4j.core.recording.Recording;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Answers commands as they were answered when they were recorded: like commands in the order of their recording. */
final class Replay {

    private static final int SHOWN = 5;
    private static final int SHOWN_CHARACTERS = 200;

    private final List<RecordedCall.Command> left;
    private final List<RecordedCall.Command> used = new ArrayList<>();
    private final Optional<MutableClock> clock;
    private Placeholders placeholders = new Placeholders();

    Replay(Recording recording, Optional<MutableClock> clock) {
        this.left = new ArrayList<>(recording.commands());
        this.clock = clock;
    }

    /**
     * The recorded answer.
     *
     * @throws AssertionError if there is none
     */
    synchronized CommandResult answer(CommandLine command) {
        for (RecordedCall.Command recorded : left) {
            Optional<Placeholders> match = placeholders.match(recorded.asked().arguments(), command.arguments());
            if (match.isPresent()) {
                placeholders = match.get();
                placeholders.bindKeys(recorded.asked().stdin().text(), command.stdin());
                left.remove(recorded);
                used.add(recorded);
                clock.ifPresent(c -> advance(c, recorded.origin().at().plus(recorded.took())));
                return answer(recorded);
            }
        }
        throw new AssertionError("the recording has no%s command: %s%nnext in it %s:%n%s"
                .formatted(
                        wasUsed(command) ? " more such" : "",
                        command.arguments(),
                        left.size() == 1 ? "is 1 command" : "are " + left.size() + " commands",
                        next()));
    }

    private boolean wasUsed(CommandLine command) {
        return used.stream()
                .anyMatch(r -> placeholders
                        .match(r.asked().arguments(), command.arguments())
                        .isPresent());
    }

    private String next() {
        return left.stream().limit(SHOWN).map(Replay::shown).collect(Collectors.joining(System.lineSeparator()));
    }

    private static String shown(RecordedCall.Command command) {
        String words = command.asked().arguments().toString();
        return "  %s %s: %s"
                .formatted(
                        command.origin().at(),
                        command.origin().operation(),
                        words.length() <= SHOWN_CHARACTERS ? words : words.substring(0, SHOWN_CHARACTERS) + "…");
    }

    private static void advance(MutableClock clock, Instant to) {
        if (to.isAfter(clock.instant())) {
            clock.set(to);
        }
    }

    private CommandResult answer(RecordedCall.Command recorded) {
        if (recorded.answer() instanceof Answer.Broken broken) {
            throw exception(broken);
        }
        Answer.Ended ended = (Answer.Ended) recorded.answer();
        return new CommandResult(
                ended.exitStatus(),
                whole(recorded, ended.stdout()),
                whole(recorded, ended.stderr()),
                ended.isTruncated(),
                recorded.took());
    }

    private String whole(RecordedCall.Command recorded, RecordedText text) {
        if (text.isCut()) {
            throw new AssertionError(
                    "of what '%s' printed at %s the recording has the beginning only; shorten it by hand, or remove the command"
                            .formatted(
                                    recorded.asked().program(),
                                    recorded.origin().at()));
        }
        return placeholders.fill(text.text());
    }

    private RuntimeException exception(Answer.Broken broken) {
        String message = placeholders.fill(broken.message());
        if (broken.type().equals(TransportException.class.getSimpleName())) {
            return broken.isTransient() ? new TransportException(message) : TransportException.permanent(message, null);
        }
        return new HpcException(broken.type() + ": " + message);
    }
}
