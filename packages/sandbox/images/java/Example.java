import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

record Point(int x, double y) {}

/** Never run: what the compiler is shown while its classes are recorded, so it uses what programs use; its first class is not the main one. */
public class Example {
  sealed interface Shape permits Circle, Square {}

  record Circle(double radius) implements Shape {}

  record Square(double side) implements Shape {}

  static double area(Shape shape) {
    return switch (shape) {
      case Circle circle -> Math.PI * circle.radius() * circle.radius();
      case Square square -> square.side() * square.side();
    };
  }

  public static void main(String[] arguments) throws IOException {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 10; i++) points.add(new Point(i, i / 2.0));
    Map<Boolean, List<Integer>> halves =
        points.stream().map(Point::x).collect(Collectors.partitioningBy(x -> x % 2 == 0));
    var counts = new HashMap<String, Integer>();
    for (String word : "a b a".split(" ")) counts.merge(word, 1, Integer::sum);
    try {
      Files.writeString(Path.of("out.txt"), new Gson().toJson(counts));
    } catch (IllegalStateException error) {
      throw new IOException("No " + error.getMessage(), error);
    }
    System.out.printf("%s %.2f %s%n", halves, area(new Circle(1)), String.join(",", counts.keySet()));
  }
}
