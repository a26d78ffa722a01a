# comment
def twice: . * 2;
{ a: (.n | twice),
  b: .s }
