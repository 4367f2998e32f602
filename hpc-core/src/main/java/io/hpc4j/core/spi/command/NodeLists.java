package io.hpc4j.core.spi.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads and writes the node lists of schedulers.
 *
 * <ul>
 *   <li>Slurm: {@code n[01-04,7]}, {@code r[1-2]n[1-2],login}, {@code n[001-003]-ib}: a number keeps the width of the
 *       range's first one (slurm.conf(5), NodeName; scontrol(1), {@code show hostnames}).
 *   <li>Torque: {@code n1/0+n1/1+n2/0}, {@code n1/0-3+n2/1,4}; PBS: {@code n1/3*2+n2/0*2}, where the second number
 *       counts CPUs (pbs_job_attributes(7), exec_host).
 *   <li>Grid Engine: lines of a host, its slots, its queue and a processor range, as in {@code $PE_HOSTFILE}
 *       (sge_pe(5)); a host may be alone on its line.
 * </ul>
 */
public final class NodeLists {

    /** A list with more nodes or slots is refused. */
    public static final int MOST = 1_000_000;

    private static final Set<String> NONE = Set.of("", "(null)", "None", "None assigned", "N/A");
    private static final Pattern RANGE = Pattern.compile("(?<low>\\d{1,18})(?:-(?<high>\\d{1,18}))?");
    private static final Pattern LAST_NUMBER = Pattern.compile("(?<prefix>.*?)(?<digits>\\d{1,18})(?<suffix>\\D*)");
    private static final Pattern EXEC_HOST =
            Pattern.compile("(?<node>[^/+*\\s]+)(?:/(?<slots>[0-9,\\-]+)(?:\\*(?<times>\\d{1,7}))?)?");

    private NodeLists() {}

    /**
     * A node and how many of its slots.
     *
     * @param node its name
     * @param slots 0 or more
     */
    public record NodeSlots(String node, int slots) {}

    // ---------------------------------------------------------------- Slurm

    /**
     * Writes out a node list of Slurm, in its order.
     *
     * @return no names for an empty list and Slurm's words for none
     * @throws IllegalArgumentException if it has another form, or more than {@value #MOST} nodes
     */
    public static List<String> expandSlurm(String text) {
        if (NONE.contains(text.strip())) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        for (String part : outsideOfBrackets(text)) {
            all.addAll(expandOne(part, text));
            checkSize(all.size(), text);
        }
        return List.copyOf(all);
    }

    /** Parts between commas that are not in brackets. */
    private static List<String> outsideOfBrackets(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (depth < 0 || depth > 1) {
                throw unreadable(text);
            }
            if (c == ',' && depth == 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        if (depth != 0) {
            throw unreadable(text);
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static List<String> expandOne(String part, String text) {
        if (part.isEmpty() || part.chars().anyMatch(c -> c <= ' ')) {
            throw unreadable(text);
        }
        return expandFrom(part, text);
    }

    private static List<String> expandFrom(String part, String text) {
        int open = part.indexOf('[');
        if (open < 0) {
            return List.of(part);
        }
        int close = part.indexOf(']', open);
        String prefix = part.substring(0, open);
        List<String> numbers = numbers(part.substring(open + 1, close), text);
        List<String> tails = expandFrom(part.substring(close + 1), text);
        checkSize((long) numbers.size() * tails.size(), text);
        return numbers.stream()
                .flatMap(n -> tails.stream().map(t -> prefix + n + t))
                .toList();
    }

    private static List<String> numbers(String ranges, String text) {
        List<String> all = new ArrayList<>();
        for (String range : ranges.split(",", -1)) {
            Matcher m = RANGE.matcher(range);
            if (!m.matches()) {
                throw unreadable(text);
            }
            String low = m.group("low");
            long first = Long.parseLong(low);
            long last = m.group("high") == null ? first : Long.parseLong(m.group("high"));
            if (last < first) {
                throw unreadable(text);
            }
            checkSize(all.size() + last - first + 1, text);
            for (long n = first; n <= last; n++) {
                all.add(padded(n, low.length()));
            }
        }
        return all;
    }

    /**
     * Writes a node list of Slurm: ordered, each name once, ranges over the last number of the names.
     *
     * @throws IllegalArgumentException if a name is empty or has a bracket, a comma or a blank
     */
    public static String compressSlurm(Collection<String> nodes) {
        Map<List<String>, TreeSet<String>> digits = new LinkedHashMap<>();
        for (String node : new TreeSet<>(nodes)) {
            checkName(node);
            Matcher m = LAST_NUMBER.matcher(node);
            boolean numbered = m.matches();
            List<String> around = numbered ? List.of(m.group("prefix"), m.group("suffix")) : List.of(node);
            digits.computeIfAbsent(
                            around,
                            k -> new TreeSet<>(
                                    Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder())))
                    .add(numbered ? m.group("digits") : "");
        }
        return digits.entrySet().stream()
                .map(e -> e.getKey().size() == 1
                        ? e.getKey().get(0)
                        : compressed(
                                e.getKey().get(0),
                                List.copyOf(e.getValue()),
                                e.getKey().get(1)))
                .collect(Collectors.joining(","));
    }

    private static String compressed(String prefix, List<String> digits, String suffix) {
        if (digits.size() == 1) {
            return prefix + digits.get(0) + suffix;
        }
        List<String> ranges = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= digits.size(); i++) {
            if (i == digits.size() || !follows(digits.get(from), digits.get(i - 1), digits.get(i))) {
                ranges.add(from == i - 1 ? digits.get(from) : digits.get(from) + "-" + digits.get(i - 1));
                from = i;
            }
        }
        return prefix + "[" + String.join(",", ranges) + "]" + suffix;
    }

    /** Whether a number is the next one in a range, written with the width of the range's first. */
    private static boolean follows(String first, String last, String next) {
        return padded(Long.parseLong(last) + 1, first.length()).equals(next);
    }

    private static String padded(long number, int width) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, width - digits.length())) + digits;
    }

    // ---------------------------------------------------------------- PBS and Torque

    /**
     * Reads {@code exec_host}. A node that comes several times is told once, where it came first, with all its slots.
     *
     * @throws IllegalArgumentException if it has another form, or more than {@value #MOST} slots
     */
    public static List<NodeSlots> parseExecHost(String text) {
        if (NONE.contains(text.strip())) {
            return List.of();
        }
        Map<String, Integer> slots = new LinkedHashMap<>();
        for (String part : text.strip().split("\\+", -1)) {
            Matcher m = EXEC_HOST.matcher(part);
            if (!m.matches()) {
                throw Shown.unreadable("an exec_host", "n1/0+n1/1+n2/0, n1/0-3 or n1/0*4", text);
            }
            int times = m.group("times") == null ? 1 : Integer.parseInt(m.group("times"));
            int cpus = m.group("slots") == null
                    ? 1
                    : numbers(m.group("slots"), text).size();
            checkSize((long) cpus * times + slots.getOrDefault(m.group("node"), 0), text);
            slots.merge(m.group("node"), cpus * times, Integer::sum);
        }
        return listed(slots);
    }

    /**
     * Writes {@code n1/0-3+n2/0} as Torque does, counting each node's slots from 0.
     *
     * @throws IllegalArgumentException if a name has a slash, a plus, an asterisk or a blank, or a node has no slot
     */
    public static String formatExecHost(Collection<NodeSlots> nodes) {
        return nodes.stream()
                .map(n -> {
                    if (n.slots() < 1 || !n.node().matches("[^/+*\\s]+")) {
                        throw new IllegalArgumentException("no exec_host can tell " + n);
                    }
                    return n.node() + (n.slots() == 1 ? "/0" : "/0-" + (n.slots() - 1));
                })
                .collect(Collectors.joining("+"));
    }

    // ---------------------------------------------------------------- Grid Engine

    /**
     * Reads lines of a host list. A host that comes several times, as one does that serves several queues, is told
     * once, where it came first, with all its slots. A queue's instance, {@code all.q@n1}, is its host.
     *
     * @throws IllegalArgumentException if a line's second word is not a number of slots, or they are more than
     *     {@value #MOST}
     */
    public static List<NodeSlots> parseGridEngine(String text) {
        Map<String, Integer> slots = new LinkedHashMap<>();
        for (String line :
                text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
            String[] words = line.split("\\s+", -1);
            String node = words[0].substring(words[0].indexOf('@') + 1);
            if (node.isEmpty() || (words.length > 1 && !words[1].matches("\\d{1,7}"))) {
                throw Shown.unreadable("a line of a host list", "'n1 4 all.q@n1 UNDEFINED' or 'n1'", line);
            }
            int more = words.length > 1 ? Integer.parseInt(words[1]) : 1;
            checkSize((long) more + slots.getOrDefault(node, 0), line);
            slots.merge(node, more, Integer::sum);
        }
        return listed(slots);
    }

    /**
     * Writes a line for each host, with its slots.
     *
     * @throws IllegalArgumentException if a name is empty or has a blank or an at sign
     */
    public static String formatGridEngine(Collection<NodeSlots> nodes) {
        return nodes.stream()
                .map(n -> {
                    if (n.slots() < 0 || !n.node().matches("[^@\\s]+")) {
                        throw new IllegalArgumentException("no host list can tell " + n);
                    }
                    return n.node() + " " + n.slots() + "\n";
                })
                .collect(Collectors.joining());
    }

    private static List<NodeSlots> listed(Map<String, Integer> slots) {
        return slots.entrySet().stream()
                .map(e -> new NodeSlots(e.getKey(), e.getValue()))
                .toList();
    }

    private static void checkName(String node) {
        if (node.isEmpty() || NONE.contains(node) || node.chars().anyMatch(c -> c <= ' ' || "[],".indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    "a node's name has no brackets, commas and blanks, was " + Shown.of(node));
        }
    }

    private static void checkSize(long size, String text) {
        if (size > MOST) {
            throw new IllegalArgumentException("more than %d nodes or slots in %s".formatted(MOST, Shown.of(text)));
        }
    }

    private static IllegalArgumentException unreadable(String text) {
        return Shown.unreadable("a node list of Slurm", "n[01-04,7] or r[1-2]n[1-2],login", text);
    }
}
