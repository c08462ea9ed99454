package sluice.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the guides show in Java is what is compiled here. */
class GuideTest {
    private static final Path SPRING = Path.of("../../../docs/guide/spring.md");
    private static final Path OUTBOX = Path.of("../../../docs/guide/outbox.md");
    private static final Path SAMPLES = Path.of("src/test/java/sluice/spring/docs");

    @Test
    void itsSamplesAreCompiled() throws Exception {
        StringBuilder compiled = new StringBuilder();
        try (Stream<Path> files = Files.list(SAMPLES)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                compiled.append(unindented(Files.readString(file)));
            }
        }
        String guides = Files.readString(SPRING) + Files.readString(OUTBOX);
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(guides);
        List<String> samples = new ArrayList<>();
        while (block.find()) {
            samples.add(unindented(block.group(1)));
        }
        assertThat(samples).hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(sample -> assertThat(compiled.toString()).contains(sample));
    }

    private static String unindented(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).reduce("", (a, b) -> a + b + "\n");
    }
}
