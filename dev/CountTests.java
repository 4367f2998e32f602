import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Counts the tests in the reports of Surefire and Failsafe that are newer than a stamp: lists the failed and, by reason,
 * the skipped, and ends with {@code N passed, N failed, N skipped}. Exit code 1 if any failed.
 *
 * <p>{@code java CountTests.java STAMP ROOT}
 */
public final class CountTests {

    private static final int LONGEST_MESSAGE = 240;

    private int passed;
    private final List<String> failed = new ArrayList<>();
    private final Map<String, List<String>> skippedByReason = new TreeMap<>();

    private CountTests() {}

    public static void main(String[] args) throws IOException, XMLStreamException {
        CountTests count = new CountTests();
        for (Path report : reports(Path.of(args[1]), Files.getLastModifiedTime(Path.of(args[0])))) {
            count.read(report);
        }
        count.print();
        System.exit(count.failed.isEmpty() ? 0 : 1);
    }

    private static List<Path> reports(Path root, FileTime since) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.sorted().toList()) {
                for (String folder : List.of("surefire-reports", "failsafe-reports")) {
                    addReports(module.resolve("target").resolve(folder), since, found);
                }
            }
        }
        return found;
    }

    private static void addReports(Path folder, FileTime since, List<Path> found) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("TEST-")
                        && name.endsWith(".xml")
                        && Files.getLastModifiedTime(file).compareTo(since) >= 0) {
                    found.add(file);
                }
            }
        }
    }

    private void read(Path report) throws IOException, XMLStreamException {
        try (InputStream in = Files.newInputStream(report)) {
            XMLStreamReader xml = XMLInputFactory.newInstance().createXMLStreamReader(in);
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("testcase")) {
                    readTestCase(xml);
                }
            }
        }
    }

    private void readTestCase(XMLStreamReader xml) throws XMLStreamException {
        String className = attribute(xml, "classname");
        String test = className.substring(className.lastIndexOf('.') + 1) + "." + attribute(xml, "name");
        String outcome = "passed";
        String message = "";
        while (true) {
            int event = xml.next();
            if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("testcase")) {
                add(test, outcome, message);
                return;
            }
            if (event == XMLStreamConstants.START_ELEMENT
                    && List.of("failure", "error", "skipped").contains(xml.getLocalName())) {
                outcome = xml.getLocalName();
                message = message(xml);
            }
        }
    }

    /** The message of a failure or skip; an aborted test has it only in its stack trace: {@code type: message}. */
    private static String message(XMLStreamReader xml) throws XMLStreamException {
        String type = attribute(xml, "type");
        String message = attribute(xml, "message");
        String trace = xml.getElementText();
        String text = message.isBlank() ? trace : message;
        String line = text.lines().filter(l -> !l.isBlank()).findFirst().orElse("no reason given");
        String reason = line.startsWith(type + ": ") ? line.substring(type.length() + 2) : line;
        return reason.length() <= LONGEST_MESSAGE ? reason : reason.substring(0, LONGEST_MESSAGE) + "…";
    }

    private void add(String test, String outcome, String message) {
        switch (outcome) {
            case "passed" -> passed++;
            case "skipped" -> skippedByReason
                    .computeIfAbsent(message, reason -> new ArrayList<>())
                    .add(test);
            default -> failed.add(test + ": " + message);
        }
    }

    private void print() {
        failed.forEach(line -> System.out.println("failed: " + line));
        skippedByReason.forEach((reason, tests) -> {
            System.out.println("skipped: " + reason);
            tests.forEach(test -> System.out.println("    " + test));
        });
        int skipped = skippedByReason.values().stream().mapToInt(List::size).sum();
        System.out.printf("%d passed, %d failed, %d skipped%n", passed, failed.size(), skipped);
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }
}
