package io.hpc4j.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a request if it were submitted now. Nothing was submitted to make it, and nothing is kept of it.
 * That it would be refused is a plan too.
 */
public final class JobPlan {

    /** What becomes of a part of a request. */
    public enum Outcome {
        /** It is asked for as it stands. */
        PASSED,
        /** It is asked for in other words. */
        TRANSLATED,
        /** It was not set, and this is what holds. */
        DEFAULTED,
        /** It has no effect here. */
        IGNORED,
        /** The request would be refused for it. */
        REFUSED
    }

    /**
     * A part of the request, and what becomes of it.
     *
     * @param name the method of {@link JobRequest} that tells it, {@code walltime}; or {@code array}
     * @param outcome what becomes of it
     * @param asked what the request says, in words; of the environment only the names
     * @param becomes what is asked for instead, in the scheduler's words or as the value that holds
     * @param why why it is refused, ignored or changed
     */
    public record Field(
            String name, Outcome outcome, Optional<String> asked, Optional<String> becomes, Optional<String> why) {}

    private final @Nullable String script;
    private final List<List<String>> commands;
    private final List<Field> fields;
    private final List<String> warnings;
    private final List<String> nodes;
    private final @Nullable Instant expectedStart;

    private JobPlan(Builder b) {
        script = b.script;
        commands = b.commands.stream().map(List::copyOf).toList();
        fields = RequestFields.NAMES.stream()
                .flatMap(name -> Optional.ofNullable(b.fields.get(name)).stream())
                .toList();
        warnings = List.copyOf(b.warnings);
        nodes = List.copyOf(b.nodes);
        expectedStart = b.expectedStart;
    }

    /** Begins a plan in which all of the request is passed as it stands, and nothing else is known. */
    public static Builder builder(JobRequest request) {
        return new Builder(request);
    }

    /** Begins a plan without any field, for one that is read from somewhere. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with all of this plan. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The text of the script that the scheduler is given, where it is given one. */
    public Optional<String> script() {
        return Optional.ofNullable(script);
    }

    /**
     * Commands as argument lists: those that would submit the job; of a scheduler that is no command, what its nodes
     * would run. An id that is not known yet stands as {@code %j}.
     */
    public List<List<String>> commands() {
        return commands;
    }

    /** What becomes of each part of the request, in the order of {@link JobRequest}'s own methods. */
    public List<Field> fields() {
        return fields;
    }

    /** What becomes of one part of the request; absent where it was not set and nothing holds instead. */
    public Optional<Field> field(String name) {
        return fields.stream().filter(f -> f.name().equals(name)).findFirst();
    }

    /** What would be accepted and probably not meant. */
    public List<String> warnings() {
        return warnings;
    }

    /** The nodes that the job would get, if that can be foreseen. */
    public List<String> nodes() {
        return nodes;
    }

    /** When it would start at the latest, if that can be foreseen. */
    public Optional<Instant> expectedStart() {
        return Optional.ofNullable(expectedStart);
    }

    /** Whether the request would be refused. */
    public boolean isRefused() {
        return !refusals().isEmpty();
    }

    /** The parts for which the request would be refused. */
    public List<Field> refusals() {
        return fields.stream().filter(f -> f.outcome() == Outcome.REFUSED).toList();
    }

    /** The whole for a screen, its lines no longer than {@code width} where there are blanks to break at. */
    public String describe(int width) {
        return PlanText.of(this, width);
    }

    /** One line: whether it would be accepted, and when it would start. */
    @Override
    public String toString() {
        return PlanText.headline(this);
    }

    /** Collects a plan. For one thread. */
    public static final class Builder {

        private @Nullable String script;
        private List<List<String>> commands = new ArrayList<>();
        private final Map<String, Field> fields = new LinkedHashMap<>();
        private final List<String> warnings = new ArrayList<>();
        private List<String> nodes = List.of();
        private @Nullable Instant expectedStart;

        private Builder() {}

        private Builder(JobRequest request) {
            RequestFields.of(request)
                    .forEach((name, asked) -> fields.put(
                            name,
                            RequestFields.isDefault(request, name)
                                    ? field(name, Outcome.DEFAULTED, Optional.empty(), asked, "")
                                    : field(name, Outcome.PASSED, Optional.of(asked), "", "")));
        }

        private Builder(JobPlan plan) {
            script = plan.script;
            commands.addAll(plan.commands);
            plan.fields.forEach(f -> fields.put(f.name(), f));
            warnings.addAll(plan.warnings);
            nodes = plan.nodes;
            expectedStart = plan.expectedStart;
        }

        private static Field field(String name, Outcome outcome, Optional<String> asked, String becomes, String why) {
            return new Field(name, outcome, asked, present(becomes), present(why));
        }

        private static Optional<String> present(String text) {
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        }

        private Builder set(String name, Outcome outcome, String becomes, String why) {
            Field before = fields.get(name);
            Optional<String> asked = before == null ? Optional.empty() : before.asked();
            return field(field(name, outcome, asked, becomes, why));
        }

        /** Gives the script. */
        public Builder script(String text) {
            this.script = text;
            return this;
        }

        /** Adds a command. */
        public Builder command(List<String> words) {
            commands.add(words);
            return this;
        }

        /**
         * Sets a field as a whole.
         *
         * @throws IllegalArgumentException if a request has no field of that name
         */
        public Builder field(Field field) {
            if (!RequestFields.NAMES.contains(field.name())) {
                throw new IllegalArgumentException("a request has no field %s; it has %s"
                        .formatted(Text.quoted(field.name()), String.join(", ", RequestFields.NAMES)));
            }
            fields.put(field.name(), field);
            return this;
        }

        /** A field is asked for in other words; if they are the same, it is passed as it stands. */
        public Builder translated(String name, String becomes) {
            Field before = fields.get(name);
            if (before != null && before.asked().equals(Optional.of(becomes))) {
                return set(name, Outcome.PASSED, "", "");
            }
            return set(name, Outcome.TRANSLATED, becomes, "");
        }

        /** A field that was not set has this value all the same. */
        public Builder defaulted(String name, String becomes, String why) {
            return set(name, Outcome.DEFAULTED, becomes, why);
        }

        /** A field has no effect. */
        public Builder ignored(String name, String why) {
            return set(name, Outcome.IGNORED, "", why);
        }

        /** The request would be refused for this field. */
        public Builder refused(String name, String why) {
            return set(name, Outcome.REFUSED, "", why);
        }

        /** Adds a sentence about what would be accepted and probably not meant. */
        public Builder warning(String sentence) {
            warnings.add(sentence);
            return this;
        }

        /** The nodes that the job would get. */
        public Builder nodes(Collection<String> names) {
            this.nodes = List.copyOf(names);
            return this;
        }

        /** When it would start at the latest. */
        public Builder expectedStart(Instant at) {
            this.expectedStart = at;
            return this;
        }

        /** Whether some field was refused so far. */
        public boolean isRefused() {
            return fields.values().stream().anyMatch(f -> f.outcome() == Outcome.REFUSED);
        }

        /** Makes the plan. */
        public JobPlan build() {
            return new JobPlan(this);
        }
    }
}
