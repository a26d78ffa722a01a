.a
| nosuch(2)
